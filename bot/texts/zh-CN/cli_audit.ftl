cli-audit-whole = ✓ 共 { $count } 条变更记录，逐条相符。最新：第 { $newest } 条，校验值 { $hash }
cli-audit-broken = ✗ 看了 { $count } 条变更记录，{ $faults } 处不符。最新：第 { $newest } 条，校验值 { $hash }
cli-audit-empty = 还没有变更记录。
cli-audit-seal-fits = ✓ 与存证码 { $seal } 相符
cli-audit-nothing = 没有这项的变更记录。
cli-audit-line = 第 { $seq } 条 { $at } { $who }（{ $channel }）{ $action } { $said }

audit-from-unknown = 变更记录只到第 { $newest } 条。
audit-seal-form = 存证码应为序号和校验值开头至少 12 位，例如 "12345 ab12cd34ef56"；收到的是 “{ $typed }”。
audit-subject = 请写 hazard 和隐患编号，例如 zhishou audit show hazard 2026-0001；其他事项写类别和内部编号。

audit-fault-changed = ✗ 第 { $which } 条：内容与校验值不符，被改过
audit-fault-unlinked = ✗ 第 { $which } 条：与前一条接不上，前一条或这一条被换过
audit-fault-missing = ✗ 第 { $which } 条：缺失，被删除
audit-fault-unreadable = ✗ 第 { $which } 条：读不出来，被改坏
audit-fault-inserted = ✗ 第 { $which } 条：排在第 1 条之前，是插进来的
audit-fault-cut-off = ✗ 第 { $which } 条：末尾缺失，被截掉（链头记到第 { $last } 条）
audit-fault-behind = ✗ 第 { $which } 条：排在链头之后，是插进来的，或链头被改过
audit-fault-head = ✗ 链头与第 { $which } 条不符：链头或这一条被改过
audit-fault-headless = ✗ 链头不见了，被删除（记录到第 { $which } 条）
audit-fault-resumed = ✗ 第 { $which } 条：写这一条时链头不见了或被改小，之前的末尾可能缺失
audit-fault-seal = ✗ 第 { $which } 条：与存证码不符，整条链被重算过
audit-fault-sealless = ✗ 存证码所指的第 { $which } 条不存在，末尾被截掉
