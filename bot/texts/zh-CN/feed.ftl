# 日历订阅
feed-what = 📅 可以把值班放进手机日历：拿一个链接，在日历里“添加订阅”，以后换班也会自己更新。
feed-which-post = 哪个岗位的班？
feed-here = 🔗 您的日历链接（以前的链接从现在起打不开）：
feed-how = 苹果手机：设置 － 日历 － 账户 － 添加已订阅的日历；其他手机：在日历里找“添加网络日历”或“订阅”，粘贴链接。
feed-secret = 谁有这个链接谁就能看到班次和电话，请不要转发。泄露了，再要一个新链接就行。
feed-no-address = 现在还给不了链接：请县安委办的系统管理员先设置网址（web.public_url）。
feed-stopped = ✅ 已停用，您所有的日历链接都打不开了。
feed-none = 您没有在用的日历链接。
feed-title = { $name } 的值班
feed-title-post = { $post } 值班
feed-shift = 值班：{ $post }
feed-shift-role = 值班：{ $post }（{ $role }）
button-feed-mine = 📅 我的班
button-feed-post = 📅 一个岗位的班
button-feed-stop = 🔒 停用全部链接
