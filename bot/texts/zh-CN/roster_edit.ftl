# 换人：替班、调班
roster-substituted-out = 🔄 替班：{ $shift } 改由 { $name } 值，您不用去了。
roster-substituted-in = 🔄 替班：{ $shift } 由您值（原来是 { $name }）。
roster-substituted = 🔄 替班：{ $shift } { $name } 换成 { $new } { $phone }
roster-swapped-you = 🔄 调班：您改值 { $shift }。原来的 { $was } 由 { $name } 值。
roster-swapped = 🔄 调班：{ $one }；{ $other }
roster-swapped-to = { $name } 改值 { $shift }
roster-reason = 原因：{ $reason }
duty-unknown = 找不到这一班，请重新打开值班表。
duty-changed = 这一班刚刚有人改过，{ $name } 已经不在这一班了。请重新打开值班表。
shift-over = 这一班 { $ended } 已经结束，不能再换人。
reason-long = 原因最多写 { $most } 个字。
substitute-same = 这一班本来就是 { $name }，不用换。
substitute-there = { $name } 已经在这一班里。
duty-elsewhere = { $name } 这段时间已经有班：{ $shift }。
swap-same = 两班是同一个人，不用调。
swap-roles = 带班领导和值班人员不能对调，请选同样角色的班。
