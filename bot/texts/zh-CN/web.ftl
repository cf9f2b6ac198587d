# 网页对话
web-title = 值守
web-subtitle = 县安委办值守机器人
web-write = 输入文字
web-send = 发送
web-photo = 发照片
web-see-photo = 看大图
web-take-photo = 拍照
web-choose-photo = 从相册选
web-location = 发送我的位置
web-pick-place = 改为地图选点
web-locating = 正在定位…
web-file = 发文件（值班表）
web-menu = 菜单
web-sending = 发送中…
web-too-big = 文件超过 20 MB，没有发出。请换小一点的。
web-not-image = 这不是照片，没有发出。请发 JPG 或 PNG 图片。
web-not-sent = 没有发出，请再试一次。
web-close = 关闭
web-new = 看最新消息
web-earlier = 更早的消息不再显示
web-offline = 连接断了，正在重新连接…
web-offline-kept = 您发的内容会自动补发，不用重发。
web-place-title = 选择位置
web-place-why = 浏览器没有给出定位。请在图上点一下，或填写经纬度。
web-place-lat = 纬度
web-place-lon = 经度
web-place-missing = 请先在图上点一下，或填写纬度和经度。
web-place-cancel = 取消
web-place-send = 发送这个位置

# 演示
demo-brand = 值守 · 演示
demo-10-minutes = +10 分钟
demo-1-hour = +1 小时
demo-1-day = +1 天
demo-guide = 怎么玩
demo-swap = 换一个人
demo-step-1 = 王芳（网格员）点“上报隐患”，发照片和位置，严重程度选“可能是重大隐患”，提交。
demo-step-2 = 李静（安委办）马上收到告警：点“收到”，再点“属实·重大…”选判定依据，然后“交办”给刘洋，时限 3 天。
demo-step-3 = 刘洋点“填五落实…”。把时钟往前拨几天：他先被提醒，逾期后被催办；他点“整改完成”发照片，李静复查，再换何伟的手机来销号。
demo-step-4 = 吴刚（带班领导）明早有班：拨到接班时点“到岗签到”；不签，看谁会接到告警。
demo-ready = 演示已启动：{ $address } （按 Ctrl+C 停止）
demo-port-taken = 端口 { $port } 已被占用，请换一个（PORT=…）。
demo-period = 花博会安保
demo-post = 彭店镇值班室
demo-post-phone = 0374-7160000
