# 给没有账号的单位的回复链接：对话里
link-made = 🔗 { $unit }还没有人加入，收不到消息。请把下一条原样转发给对方（短信、微信都行）：{ $to }
link-ready = 🔗 { $unit }的回复链接已生成。请把下一条原样转发给对方（短信、微信都行）：{ $to }
link-impossible = ⚠️ { $unit }还没有人加入，收不到消息，也发不了回复链接：还没有设置外网地址（管理员设 web.public_url）。请先电话通知：{ $to }
link-whoever = 单位负责人
link-before = 以前的 { $count } 个链接也还能用（{ $used }）；不放心就点“作废回复链接”，再生成。
link-last-used = 最近打开 { $at }
link-never-used = 还没打开过
link-sms =
    { $count ->
        [1] 【{ $county }安委办】{ $unit }：贵单位有 1 处安全隐患（{ $number }），请于 { $due } 前整改并回复。不用注册，点开就能填： { $link }
       *[other] 【{ $county }安委办】{ $unit }：贵单位有 { $count } 处安全隐患（{ $number } 等），请于 { $due } 前整改并回复。不用注册，点开就能填： { $link }
    }
link-sms-failed = 【{ $county }安委办】{ $unit }：隐患 { $number } 复查不合格，请继续整改，{ $due } 前回复。点开看哪里不合格： { $link }
button-reply-link = 🔗 生成回复链接
button-revoke-link = 🚫 作废回复链接
links-revoked = 🚫 { $unit }的 { $count } 个回复链接已作废，对方再打开会看到“已作废”。
links-revoked-before = 没有可用的回复链接，不用作废。
link-not-assigned = { $number } 现在是“{ $state }”，没有交办在整改，不用回复链接。
link-no-unit = { $number } 没有交办给单位，不能生成回复链接。
link-no-address = 还没有设置外网地址，生成的链接打不开。请管理员设置 web.public_url 后再试。
did-make_link = 生成回复链接
did-revoke_link = 作废回复链接

# 打开链接看到的页面
reply-title = 隐患整改回复
reply-office = { $county }安委会办公室
reply-how = 不用注册，填好点按钮，安委办马上看到。
reply-count =
    { $waiting ->
        [0] 共 { $count } 处隐患，现在没有要您办的。
       *[other] 共 { $count } 处隐患，{ $waiting } 处等您办理。
    }
reply-call = 有疑问请打安委办电话：
reply-level-general = 一般隐患
reply-level-major = 重大隐患
reply-where = 地点：{ $area }{ $address }
reply-at = 单位：{ $unit }
reply-kind = 类型：{ $sector }，可能{ $kind }
reply-what = 隐患：{ $said }
reply-suspended = 已责令停产，批准复产前不得生产
reply-listed = 已{ $level }挂牌督办
reply-due = 整改时限：{ $due }
reply-days-left =
    { $days ->
        [0] 今天到期
        [1] 明天到期
       *[other] 还有 { $days } 天
    }
reply-late =
    { $days ->
        [0] 已过时限
       *[other] 已逾期 { $days } 天
    }
reply-before = 检查时的照片
reply-after = 整改后的照片（{ $count } 张）
reply-photo = 照片 { $place }
reply-failed = 复查不合格（{ $at }）：{ $reason }
reply-extension-pending = 已申请延期到 { $until }，等安委办批复。批复前原时限不变。
reply-extension-approved = 已同意延期，共延 { $days } 天。
reply-extension-refused = 没有同意延期：{ $reason }
reply-waits-submitted = 已报整改完成，等安委办复查。
reply-waits-passed = 复查合格，等待销号。
reply-waits-closed = 已销号，不用再办。

reply-do-accept = 接收，我们来整改
reply-do-commit = 填五落实（填完即开始整改）
reply-do-recommit = 修改五落实
reply-do-submit_fix = 整改完成，发照片
reply-do-comment = 说说进展
reply-do-ask_extension = 时间不够，申请延期
reply-do-hand_back = 不归我们办，退回
reply-do-accept_all = 全部接收（{ $count } 处）
reply-send-accept = 确认接收
reply-send-commit = 提交五落实
reply-send-submit_fix = 报整改完成
reply-send-comment = 发送
reply-send-ask_extension = 提交申请
reply-send-hand_back = 确认退回
reply-send-accept_all = 确认全部接收
reply-name = 您的姓名
reply-phone = 您的电话
reply-camera = 拍一张
reply-album = 从相册选（可选多张）
reply-photo-rule = 最多 { $most } 张，每张不超过 { $size } MB
reply-note = 怎样整改的（可不写）
reply-said = 现在进展到哪一步
reply-reason = 原因
reply-reason-own = 其他原因，写一句
reply-reason-changed = 改动原因（改了已填的才要写）
reply-own = 或写明
reply-until = 延到什么时候
reply-until-own = 其他日期
reply-five-said = 已填：

reply-done = 已提交，安委办已收到。
reply-done-accept = { $number } 已接收。整改好后，回到本页发照片。
reply-done-commit = { $number } 五落实已提交。
reply-done-submit_fix = { $number } 已报整改完成，等安委办复查。
reply-done-comment = 已发给安委办。
reply-done-ask_extension = { $number } 的延期申请已报安委办，批复前原时限不变。
reply-done-hand_back = { $number } 已退回安委办。
reply-done-accept_all = 已全部接收。整改好后，回到本页发照片。
reply-signed = { $name }（链接）

link-unknown = 链接不对，或者不完整。请回到短信，点完整的链接。
link-expired = 这个链接已过期。请向安委办要新的链接。
link-revoked = 这个链接已作废。请向安委办要新的链接。
link-finished = 这里的隐患都已办结，或改由别人办，您不用再填。谢谢！
link-guessed = 打开的次数太多，请过一分钟再试。
answer-name = 请填您的姓名（最多 { $most } 字）。
answer-phone = 请填您的电话，例如 13800000000。
reply-old-form = 页面太旧了，请在下面重新填一次。
reply-photo-big = 有照片超过 { $most } MB，没有收下。请换小一点的。
reply-photo-not = 有文件不是照片，没有收下。请选 JPG 或 PNG 图片。
reply-too-big = 一次发的照片太多太大，没有收下。请分几次发。
reply-date = 没看懂日期“{ $said }”。请写成 2026-10-20 这样。
reply-photos-again = （照片要重新选）
