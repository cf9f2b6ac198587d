# Lists
ledger-head = 📂 Hazards. Tap a list, or type its name, such as "overdue", 彭店镇 or "gas".
list-counted = { $name } { $count }
list-many = { $most }+
list-name-my = Mine
list-name-open = Open
list-name-overdue = ⏰ Overdue
list-name-major = 🔴 Major
list-name-reported = To verify
list-name-verified = To assign
list-name-submitted = To re-check
list-name-passed = To close
list-head = 📂 { $what }
list-head-narrowed = 📂 { $what } · { $only }
list-only-open = Open
list-only-overdue = Overdue
list-only-all = All
list-empty = { $what }: no hazard that you may see.
which-of-mine = Which one do you mean? Please tap its number.
list-my-empty = You have reported nothing yet, and nothing is waiting for you to fix.
list-end = That is all.
list-late =
    { $days ->
        [0] ⏰ due today, overdue
        [one] ⏰ overdue for 1 day
       *[other] ⏰ overdue for { $days } days
    }
list-hidden = { $state } · 🔒 covert, not handed over
list-more-of-unit = { $count } more of this unit wait to be assigned
button-assign-unit = 📨 { $unit }: assign all { $count }
pick-town = By town
pick-sector = By sector
pick-unit = By unit
pick-town-head = Which town? Tap one, or type a town's or village's name. (The numbers are those open.)
pick-sector-head = Which sector? Tap one, or type its name. (The numbers are those open.)
pick-unit-head = Which unit? Tap one, or type "find" and its name, such as: find 烧烤店

# Search
menu-search = 🔍 Search
form-name-search = search
ask-search = 🔍 What are you looking for? Type some words, a number, a unit or a town, such as: 彭店镇 液化气
ask-search-name = Search
search-head = 🔍 "{ $said }", newest first:
search-empty = 🔍 Nothing found for "{ $said }" that you may see. Try other words. What was reported just now is found a little later.
search-not-yet = 🔍 "{ $said }" is not among the newer ones; you can look further back.
search-cut = Too many words: looked for "{ $said }" only.
search-one-letter = A single letter is looked for one by one. More letters are faster and more exact.
button-search-on = Look further back ▼
button-unit = 🏠 { $name }

# Assigning together
form-name-assign_unit = assign together
form-review-assign_unit = Please check the assignment:
ask-assign-notice = The unit has a notice that is still open. Add to it?
ask-assign-notice-name = Notice
assign-new-notice = A notice of its own
assign-unit-head = 📨 { $unit }: { $count } to be assigned
assign-unit-line = ▪ { $number } { $what }
assigned-unit-merged = ✅ { $count } hazards were added to the open notice of { $name }, due { $due }.

# Photos, comments, the same hazard
button-photos = 📷 All photos
photos-page = 📷 Photos of { $number }, { $first } to { $last } of { $count }, in this order:
photos-in-order = 📷 In this order: before, after
photos-side-by-side = 📷 Left (red frame) before, right (green frame) after
photos-before = ▪ before: { $count }
photos-after = ▪ after: { $count }
photos-lookback = ▪ looked at again: { $count }
photos-comment = ▪ with comments: { $count }
history-photos = — { $reason } (photos: { $count })
follow-gone = { $number } is now "{ $state }" and takes up nothing more. Please change "the same one" and report it as a new one.
duplicate-of-hidden = { $number } is a covert finding that was not handed over; nothing can be merged into it. Hand it over first.
