cli-audit-whole =
    { $count ->
        [one] ✓ { $count } event, as it was written. The newest: no. { $newest }, hash { $hash }
       *[other] ✓ { $count } events, all as they were written. The newest: no. { $newest }, hash { $hash }
    }
cli-audit-broken = ✗ { $count } events looked at, broken places: { $faults }. The newest: no. { $newest }, hash { $hash }
cli-audit-empty = No events yet.
cli-audit-seal-fits = ✓ The seal { $seal } fits
cli-audit-nothing = No events of this.
cli-audit-line = No. { $seq } { $at } { $who } ({ $channel }) { $action } { $said }

audit-from-unknown = There are events up to no. { $newest } only.
audit-seal-form = A seal is a number and at least the first 12 digits of a hash, such as "12345 ab12cd34ef56", not "{ $typed }".
audit-subject = Write hazard and its number, such as zhishou audit show hazard 2026-0001; for other things their kind and internal id.

audit-fault-changed = ✗ no. { $which }: does not fit its hash, it was edited
audit-fault-unlinked = ✗ no. { $which }: does not follow from the one before; one of the two was replaced
audit-fault-missing = ✗ no. { $which }: missing, deleted
audit-fault-unreadable = ✗ no. { $which }: cannot be read, it was spoilt
audit-fault-inserted = ✗ no. { $which }: stands before no. 1, it was put in
audit-fault-cut-off = ✗ no. { $which }: missing at the end, cut off (the head is at no. { $last })
audit-fault-behind = ✗ no. { $which }: stands behind the head; it was put in, or the head was edited
audit-fault-head = ✗ The head does not fit no. { $which }: one of the two was edited
audit-fault-headless = ✗ The head is gone, deleted (the events reach no. { $which })
audit-fault-resumed = ✗ no. { $which }: when it was written the head was gone or set back; an end before it may be missing
audit-fault-seal = ✗ no. { $which }: not the one that was sealed; the whole chain was computed anew
audit-fault-sealless = ✗ The event no. { $which } that the seal names is not there; the end was cut off
