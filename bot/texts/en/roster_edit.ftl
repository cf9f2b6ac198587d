# Changes of people: a substitute, a swap
roster-substituted-out = 🔄 Substitute: { $shift } is now { $name }'s; you need not go.
roster-substituted-in = 🔄 Substitute: { $shift } is yours now (before: { $name }).
roster-substituted = 🔄 Substitute: { $shift }: { $new } { $phone } instead of { $name }
roster-swapped-you = 🔄 Swap: yours is now { $shift }. Your former shift, { $was }, is { $name }'s.
roster-swapped = 🔄 Swap: { $one }; { $other }
roster-swapped-to = { $name } now has { $shift }
roster-reason = Reason: { $reason }
duty-unknown = There is no such shift. Please open the roster again.
duty-changed = This shift was changed a moment ago; { $name } is not on it any more. Please open the roster again.
shift-over = This shift ended on { $ended }; nobody can be replaced on it.
reason-long = Please keep the reason to { $most } characters.
substitute-same = This shift is { $name }'s already; nothing to change.
substitute-there = { $name } is on this shift already.
duty-elsewhere = { $name } has a shift at that time already: { $shift }.
swap-same = Both shifts are the same person's; nothing to swap.
swap-roles = A leader and a duty officer cannot swap; choose a shift of the same role.
