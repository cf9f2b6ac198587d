# 值班：聊天里能做的事
help-duty = ● 看谁在值班、我的班：发“值班”；到岗了：发“签到”
help-roster = ● 看值班表、哪里没排满：发“值班表”
menu-duty = 🕗 值班
menu-roster = 📋 值班表

# 签到
form-name-checkin = 到岗签到
ask-checkin-photo = 📷 请拍一张现场照片发来。
ask-checkin-photo-name = 现场照片
ask-checkin-place = 📍 请发送您现在的位置。发不了，可以输入经纬度。
ask-checkin-place-name = 位置
checkin-place-unclear = 请发送位置，或输入“纬度，经度”，例如 34.10000, 114.18000。
checkin-place-outside = 这个位置不在国内，请再发一次。
checked-in = ✅ 已签到：{ $post } { $at }
checked-in-before = 您已经签过到了，不用再签。
checked-in-late = 比规定时间晚了 { LASTING($minutes) }。
checked-in-outside = 📍 签到位置离值班点 { $metres } 米，县安委办会来核实。
checked-in-team = 同班人员：
checkin-which = 您有几班可以签到，请点一个：
checkin-standby = 您是B角，平时不用签到。确实到岗顶班了，请点一下：
ack-checkin = 好的。到岗后请点“到岗签到”。
checkin-none = 现在没有要您签到的班。
checkin-next = 您下一班：{ $shift }。{ $opens } 起可以签到。
button-checkin-at = ✅ 签到：{ $post }

# 谁在值班
duty-now = 🕗 { $area }现在值班：
duty-now-nobody = 🕗 { $area }现在没有人值班。
duty-now-post = ▪ { $post }（到 { $ends }）
duty-now-person = { $role }：{ $name } { $phone } { $presence }
duty-on-day = 🗓 { $area }{ $on }的班：
duty-on-day-nobody = 🗓 { $area }{ $on }没有排班。
duty-on-day-post = ▪ { $post }：{ $starts } 至 { $ends }
duty-on-day-more = …另有 { $count } 班，全表请发“值班表”。
duty-now-more = …另有 { $count } 个岗位
presence-awaited = 还没签到
presence-standby = 备班
presence-called = 已叫来顶班
presence-in = ✅ 已到
presence-covered = B角顶班
presence-missed = ⚠️ 没来
mine-head = 👤 我的班：
mine-none = 👤 近期没有给您排班。
mine-now = ▪ { $shift } · { $presence }
mine-ahead = ▪ { $shift }

# 值班表
roster-head = 📋 值班表
roster-none = 📋 近期没有重点时段。
roster-period = 【{ $period }】{ $starts } 至 { $ends }
roster-no-posts = 还没有岗位。导入值班表时会自动新建。
roster-covered = ✅ 各岗位已经排满。
roster-more = …另有 { $count } 处没排满
roster-how = 填好后，直接把文件（.xlsx 或 .csv）发到这里。先给您看结果，您点了“发布”才生效。
roster-template = 📄 { $period }的空表在这里。
roster-file-name = { $period }值班表.xlsx
button-template = 📄 空表：{ $period }
button-new-period = ➕ 新建重点时段

form-name-period = 新建重点时段
form-review-period = 📋 请核对重点时段：
ask-period-name = 叫什么名字？（例如：花博会）
ask-period-name-name = 名称
ask-period-begins = 从哪一天开始？（例如 10-1 或 10月1日）
ask-period-begins-name = 第一天
ask-period-ends = 到哪一天结束？（最后一天）
ask-period-ends-name = 最后一天
period-day = 没看懂日期“{ $said }”。请写成 10-1、10月1日、2026-10-01，或“明天”“下周五”。
period-added = ✅ 已新建重点时段“{ $period }”。
period-reads-again = 正在重新看您发的值班表，请稍等。

# 发来的值班表
upload-taken = 📄 收到{ $name }，正在看，请稍等。
upload-nameless = 文件
upload-named = “{ $name }”
upload-read = 📋 { $name }没有问题，还没有发布：
upload-period = 时段：{ $period }（{ $starts } 至 { $ends }）
upload-shifts = 岗位 { $posts } 个，共 { $shifts } 班
upload-changes = 新增 { $added } 班，改动 { $changed } 班，取消 { $removed } 班
upload-new-posts = 新岗位 { $count } 个：{ $names }
upload-new-people = 新人员 { $count } 人：{ $names }
upload-without-chat = ⚠️ 还没有加入、收不到消息的 { $count } 人：{ $names }
upload-ask = 发布后，班次有变动的 { $told } 人会收到通知。
upload-refused = ❌ { $name }没有导入：
upload-not-fetched = 文件没有取到，请再发一次（最大 20 MB）。
upload-unknown = 找不到这份值班表，请重新发送文件。
upload-published = { $name }已经发布过了。
upload-discarded = { $name }已经取消了。要用的话，请重新发送文件。
upload-given-up = { $name }已取消，什么也没有改。
upload-no-period-make = 请先新建重点时段，建好后会自动再看一遍。
upload-no-period-ask = 请县安委办先新建重点时段，再发一次。
roster-no-period = 这张表从 { $first } 到 { $last }，没有对得上的重点时段。
roster-no-days = 表里没有能看懂的值班日期，近期也没有重点时段。
roster-published = ✅ { $period }值班表已发布。
roster-told-count = 班次有变动的 { $told } 人已通知。
button-publish = ✅ 发布
button-discard = ✖ 取消
button-codes = 📨 给他们邀请码
codes-here = 📨 { $count } 人的邀请码在表里。请分别转给本人，{ $days } 天内有效，只能用一次。
codes-none = 他们都已经加入了。
codes-file = 邀请码.xlsx
codes-name = 姓名
codes-phone = 手机
codes-code = 邀请码
codes-expires = 有效期至
