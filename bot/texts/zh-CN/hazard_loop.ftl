# 闭环：告知与规则
owner-failed = ⚠️ { $number } 复查不合格，请继续整改：{ $reason }
owner-regraded = ⚖️ { $number } 重新定级为{ $level }，请重新接收。原因：{ $reason }
owner-supervised = 📌 { $number } 已挂牌督办，请在 { $due } 前整改完。{ $reason }
owner-delisted = ✅ { $number } 已摘牌。
owner-suspended = ⛔ { $number } 已停产，批准前不得恢复生产。{ $reason }
owner-resumed = ✅ { $number } 已批准复产。
reporter-failed = 您上报的 { $number } 复查不合格，继续整改：{ $reason }
reporter-regraded = 您上报的 { $number } 重新定级为{ $level }。
reporter-extended = 您上报的 { $number } 经批准延期，新时限 { $due }。
reporter-supervised = 您上报的 { $number } 已挂牌督办。
reporter-delisted = 您上报的 { $number } 已摘牌。
reporter-suspended = 您上报的 { $number } 所在单位已停产整改。
reporter-resumed = 您上报的 { $number } 所在单位已批准复产。
reporter-taken-back = 您上报的 { $number } 由安委办收回，重新核实。
reporter-reopened = 🔁 您上报的 { $number } 问题又出现了，已重新立账：{ $reason }

graded-already = { $number } 已经定为{ $level }，不用再定。
listed-already = { $number } 已经是这一级挂牌督办。
assign-owner-elsewhere = { $name } 不是这个单位（镇）的人，请重新选。
extension-lapsed = { $number } 已重新交办，原来的延期申请作废。
commitment-by-assigning = 责任和时限由交办确定：要改，请重新交办，或申请延期。

button-lower = 改为一般…
button-raise = 改为重大…
button-other-criterion = 换判定依据…
ask-lower-reason = 为什么改为一般？点一个，或写一句。
ask-lower-reason-name = 原因
lower-not-met = 经核实，不符合判定标准
lower-part-gone = 危险部分已消除，剩下的属一般隐患
lower-done = ✅ { $number } 已改定为一般隐患。
form-name-lower = 改为一般
