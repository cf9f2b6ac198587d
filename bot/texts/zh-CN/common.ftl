none = 无
system-name = 系统
channel-telegram = Telegram
channel-wecom = 企业微信
channel-web = 网页

welcome = ✅ { $name }，您已加入值守系统。
stranger =
    这里是县安委办的值守机器人。您还没有加入。
    请向您所在镇区或县安委办要一个邀请码（10 位），直接发到这里就行。
stranger-tap = 您还没有加入，请先私聊机器人发送邀请码。
person-inactive = 您的账号已停用。如有疑问，请联系县安委办。
invitation-unknown = 邀请码不对。请核对 10 位字母和数字后再发一次。
invitation-expired = 邀请码已过期。请向县安委办要一个新的。
invitation-used = 邀请码已被用过。请向县安委办要一个新的。
invitation-is-for-group = 这个邀请码是给群用的，请在群里发送 /bind 加邀请码。
invitation-is-for-person = 这个邀请码是给个人用的，请私聊机器人发送。
group-bound = ✅ 本群已绑定：{ $role } { $area }。今后相关隐患和告警会发到这里。
not-allowed = 您没有这项权限。需要的话，请联系县安委办。
form-none-open = 现在没有正在填的内容，前面提交的都已存好。点“我的”可以看到。
voice-unheard = 听不了语音，请打字或点按钮。
unclear-mine = 要您整改的（点编号看期限和怎么办）：
unclear-report = 要把“{ $said }”作为隐患上报吗？是就点下面。
button-report-it = 📝 作为隐患上报
not-understood = 没看懂。发送“帮助”看看能做什么。
which-button = 好几条消息下面都有“{ $said }”。您说的是哪一条？
not-quite = 没看懂“{ $said }”。您要的是不是：
button-guess = { $word }
tap-taken = 好的
internal-error = 系统出了点问题，您发的内容没有处理。请稍后再试；要反馈，请报编号 { $id }。

role-grid_worker = 网格员
role-town_officer = 镇区安全负责人
role-responsible = 整改责任人
role-duty_officer = 值班员
role-duty_leader = 带班领导
role-safety_office = 县安委办
role-office_leader = 安委办领导
role-admin = 管理员
role-department = 行业主管部门
role-inspector = 暗访组

help-head = { $name }，您可以：
help-report = ● 上报隐患：发“上报”
help-my = ● 看我的事：发“我的”
help-open = ● 看台账、查隐患：发“台账”
help-lang = ● 换语言：发“语言”
help-help = ● 看帮助：发“帮助”
help-free = 直接发照片、位置或一句话，也能开始上报。
menu-report = 📷 上报隐患
menu-my = 我的
menu-open = 隐患台账
menu-lang = 语言 / Language
menu-help = 帮助
lang-ask = 请选择语言 / Choose a language
lang-zh-CN = 中文
lang-en = English
lang-done = ✅ 已改为中文。

alarm-head = 🚨 告警
lasting-minutes = { $minutes } 分钟
lasting-hours = { $minutes ->
    [0] { $hours } 小时
   *[other] { $hours } 小时 { $minutes } 分钟
}
lasting-days = { $hours ->
    [0] { $days } 天
   *[other] { $days } 天 { $hours } 小时
}
alarm-again = 🚨 告警已过 { LASTING($minutes) }，仍无人应答
alarm-ask = 请点“收到”，或回复“收到”。
alarm-acked-by = ✅ { $at } { $name } 已应答告警：
alarm-major = 疑似重大隐患 { $number }
alarm-unknown = 找不到这条告警。
acked-over = 这个告警已经解除，不用再处理。
acked-mine = ✅ 已记录：您已收到，请马上处理。
acked-before = { $name } 已先应答。
nothing-to-ack = 现在没有等您应答的告警。
address-gone = ⚠️ { $channel } 上联系不到 { $name }（{ $reason }）。电话：{ $phone }。请让本人重新打开机器人，或另发邀请码。

button-ack = ✅ 收到
button-see = 🔍 查看
button-back = ⬅ 上一步
button-skip = 跳过
button-cancel = ✖ 取消
button-done = ✅ 发完了
button-submit = ✅ 提交
button-edit = ✏️ { $place }
button-resume = ▶ 继续填写
button-give-up = 🗑 不要了
button-restore = ↩ 恢复刚才的草稿
button-share-location = 📍 发送我的位置

digest-head = ☀️ 早报 { $on }（系统运行正常）
digest-hazards = 隐患：新报 { $new } 处，销号 { $closed } 处，未销号 { $open } 处
digest-overdue = 逾期：{ $count } 处
digest-overdue-line = ▪ { $number } 已逾期 { $days } 天
digest-more = …更多请发“台账”
digest-seal = 变更记录存证码：{ $seal }
digest-stuck =
    { $count ->
        [0] 消息：全部送出
       *[other] ⚠️ 有 { $count } 条消息没有送出，请管理员查看（zhishou outbox）
    }
button-more = 更多 ▼
