# 行业领域
sector-gas = 燃气
sector-chemicals = 危化品
sector-transport = 交通运输
sector-construction = 建筑施工
sector-fire = 消防
sector-special_equipment = 特种设备
sector-tourism = 文化旅游
sector-health = 医疗卫生
sector-education = 教育
sector-power = 电力
sector-other = 其他
sector-unknown = 没有这个行业领域，请点一个选项。
kind-fire = 火灾
kind-explosion = 爆炸
kind-collapse = 坍塌
kind-rollover = 翻车
kind-other = 其他
kind-unknown = 没有这个类型，请点一个选项。
level-general = 一般隐患
level-major = 🔴 重大隐患
level-suspected = 🟠 疑似重大
level-ungraded = 待定级
level-unknown = 请选“一般”或“重大”。
state-reported = 已上报
state-verified = 已核实
state-assigned = 已交办
state-rectifying = 整改中
state-submitted = 待复查
state-passed = 复查合格
state-closed = 已销号
state-rejected = 不属实
state-withdrawn = 已撤回
state-overdue = ⏰ 已逾期

# 上报表单
report-started = 📝 好的，帮您开始上报。已填好的可以在最后修改。
ask-area = 在哪个镇、村？点一个，或直接输入名称。
ask-area-name = 镇村
area-unknown = 没有找到“{ $said }”。请输入镇名或村名，或点一个选项。
area-which = 您说的是哪一个？
ask-address = 具体在什么位置？（路、门牌、参照物；没有可跳过）
ask-address-name = 具体位置
ask-unit = 哪个单位或场所？点一个，或输入名称；没有可跳过。
ask-unit-name = 单位场所
unit-name-length = 单位名称最多 { $most } 字。
ask-sector = 属于哪个行业领域？
ask-sector-name = 行业领域
ask-kind = 最怕出什么事故？
ask-kind-name = 可能事故
ask-description = 请用一两句话说说隐患情况。
ask-description-name = 情况描述
description-empty = 还没有写隐患情况。
ask-photos = 📷 请拍照发来（1–{ $most } 张）。
ask-photos-more = 📷 已收到 { $count } 张（最多 { $most } 张）。继续发，或点“发完了”。
ask-photos-name = 照片
photos-shown = { $count } 张
photos-too-many = 照片最多 { $most } 张，多的没有收下。
photo-or-reason = 请发照片，或说明为什么不能拍。
photo-not-file = 请以照片方式发送，不要作为文件发送。
choice-no-photo = 不便拍照
ask-no-photo-reason = 为什么不便拍照？（一句话）
ask-no-photo-reason-name = 未拍照原因
ask-location = 📍 请发送位置；也可以输入经纬度，或跳过。
ask-location-name = 定位
place-shown = { $lat }, { $lon }（{ $source }）
place-live = 实时定位
place-shared = 发送的位置
place-picked = 地图选点
place-exif = 照片信息
place-typed = 手工输入
place-unclear = 请发送位置，或输入“纬度，经度”，例如 34.10000, 114.18000；也可以跳过。
place-outside = 这个位置不在国内，请再发一次，或跳过。
place-kept = 已有位置
ask-spot-fixed = 当场整改了吗？
ask-spot-fixed-name = 当场整改
spot-yes = 已当场整改
spot-no = 没有
ask-suspected = 您看严重吗？（由安委办最终定级）
ask-suspected-name = 严重程度
suspected-general = 一般
suspected-major = 🔴 可能是重大隐患
suspected-unsure = 说不准
report-thanks = ✅ 已上报，编号 { $number }。办理进展会告诉您。
report-alarmed = 🚨 疑似重大隐患，已立即通知安委办。请注意自身安全，先离开危险处。
report-window = { $minutes } 分钟内可以修改或撤回。
report-corrected = ✅ { $number } 已更正。
button-correct = ✏️ 修改
button-withdraw = ↩ 撤回

# 卡片与明细
hazard-head = 【{ $number }】{ $level } · { $state }
hazard-where = 📍 { $area }{ $address } · 单位：{ $unit }
hazard-what = { $sector } · 可能{ $kind }
hazard-photos = 📷 照片 { $count } 张 { $reason }
hazard-reported = 上报：{ $name } { $phone } · { $at }
hazard-point = 坐标：{ $lat }, { $lon }（{ $datum }）
hazard-spot-fixed = 上报人称已当场整改，待核实
hazard-owner = 责任人：{ $name } { $phone } · 时限 { $due }
hazard-fix = 整改情况（{ $at }）：{ $note }
hazard-history = —— 办理记录 ——
history-line = { $at } { $name } { $action } { $reason }
did-report = 上报
did-correct = 更正
did-withdraw = 撤回
did-verify = 核实定级
did-reject = 认定不属实
did-assign = 交办
did-accept = 接收
did-submit_fix = 报整改完成
did-fail_recheck = 复查不合格
did-pass_recheck = 复查合格
did-close = 销号
did-remind = 提醒
hazard-unknown = 没有找到这条隐患，或您无权查看。
hazard-moved-on = { $number } 现在是“{ $state }”，这一步已经不需要了。
edit-window-over = { $number } 上报已超过 { $minutes } 分钟，不能再改。要补充，请联系县安委办。
own-work = 自己整改的隐患，不能由自己验收。请由安委办其他同志办理。
reason-needed = 请写明原因。
photo-needed = 请至少发一张整改后的照片。

button-verify-general = 属实·一般
button-verify-major = 属实·重大
button-reject = 不属实
button-assign = 📨 交办
button-reassign = 📨 重新交办
button-accept = 接收
button-fixed = ✅ 整改完成
button-pass = 复查合格
button-fail = 不合格
button-close = ✅ 销号

# 安委办与责任人
ask-assign-unit = 交办给哪个单位？点一个，或输入名称。
ask-assign-unit-name = 责任单位
unit-unknown = 没有找到单位“{ $said }”。请换个说法，或点一个选项。
unit-which = 您说的是哪个单位？
ask-assign-owner = 由谁负责？点一个，或输入姓名、手机号。
ask-assign-owner-name = 责任人
person-unknown = 没有找到这个人。请换个说法，或点一个选项。
person-which = 您说的是哪一位？
ask-assign-deadline = 什么时候整改完？点一个，或回复天数、日期。
ask-assign-deadline-name = 整改时限
deadline-in =
    { $days ->
        [0] 今天
        [1] 明天
       *[other] { $days } 天内
    }
assigned-done = ✅ { $number } 已交办给 { $name }，时限 { $due }。到期前会自动提醒。
verified-general = ✅ { $number } 已核实为一般隐患。下一步：交办。
verified-major = ✅ { $number } 已核实为重大隐患。下一步：交办。
ask-reject-reason = 为什么不属实？点一个，或写明原因（会告诉上报人）。
ask-reject-reason-name = 原因
reject-untrue = 现场核实，情况不存在
reject-duplicate = 同一隐患已有上报
reject-not-hazard = 不属于安全隐患
rejected-done = ✅ { $number } 已按不属实办结。
accepted-done = ✅ 已接收 { $number }。整改好后点“整改完成”并发照片。
ask-fix-photos = 📷 请发整改后的照片（1–{ $most } 张）。
ask-fix-photos-more = 📷 已收到 { $count } 张（最多 { $most } 张）。继续发，或点“发完了”。
ask-fix-photos-name = 整改照片
ask-fix-note = 整改情况说明一句？（可跳过）
ask-fix-note-name = 整改说明
fixed-done = ✅ { $number } 已报整改完成，等待安委办复查。
ask-fail-reason = 哪里不合格？点一个，或写明（会告诉责任人）。
ask-fail-reason-name = 原因
fail-partly = 只整改了一部分
fail-unclear-photo = 照片看不清，请重拍
fail-back-again = 问题又出现了
failed-done = { $number } 已退回继续整改。
passed-done = ✅ { $number } 复查合格。下一步：销号。
closed-done = ✅ { $number } 已销号。
withdrawn-done = { $number } 已撤回。

owner-assigned = 📨 交办给您：隐患 { $number }，请在 { $due } 前整改完。
owner-rectifying = ⚠️ { $number } 复查不合格，请继续整改：{ $reason }
owner-passed = ✅ { $number } 复查合格。
owner-closed = ✅ { $number } 已销号。辛苦了！
owner-relieved = { $number } 已改交他人办理，您不用再管。
reporter-reported = { $number } 已登记。
reporter-verified = 您上报的 { $number } 已核实，定为{ $level }。
reporter-assigned = 您上报的 { $number } 已交办，要求 { $due } 前整改完。
reporter-rectifying = 您上报的 { $number } 正在整改。{ $reason }
reporter-submitted = 您上报的 { $number } 已报整改完成，正在复查。
reporter-passed = 您上报的 { $number } 复查合格。
reporter-closed = ✅ 您上报的 { $number } 已销号。感谢您！
reporter-rejected = 您上报的 { $number } 经核实不属实：{ $reason }
reporter-withdrawn = { $number } 已撤回。
office-submitted = 📥 { $name } 报 { $number } 整改完成，请复查。

remind-ahead = ⏰ 还有 { $days } 天（{ $on }）到期：隐患 { $number }
remind-today = ⏰ 今天到期（{ $at }）：隐患 { $number }
remind-overdue =
    { $days ->
        [0] 🔴 已过整改时限：隐患 { $number }
       *[other] 🔴 已逾期 { $days } 天：隐患 { $number }
    }

list-my-head = 📂 我的隐患
list-my-empty = 您还没有上报过，也没有交办给您的隐患。
list-my-end = 没有更多了。
list-open-head = 📂 未销号隐患
list-open-empty = 没有未销号的隐患。
list-open-end = 没有更多了。
list-line = ▪ { $number } { $level } · { $state } · { $at }
