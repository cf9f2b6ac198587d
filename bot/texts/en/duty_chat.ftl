# Duty: what can be done in the chat
help-duty = ● see who is on duty, and your shifts: send "duty"; when you are there: send "check in"
help-roster = ● see the roster and what is not covered: send "roster"
menu-duty = 🕗 Duty
menu-roster = 📋 Roster

# Check-in
form-name-checkin = check-in
ask-checkin-photo = 📷 Please send one photo of the place.
ask-checkin-photo-name = Photo
ask-checkin-place = 📍 Please send your location. If you cannot, type the coordinates.
ask-checkin-place-name = Location
checkin-place-unclear = Please send your location, or type "latitude, longitude", for example 34.10000, 114.18000.
checkin-place-outside = That place is not in China. Please send it again.
checked-in = ✅ Checked in: { $post } { $at }
checked-in-before = You have checked in already; there is nothing more to do.
checked-in-late = { LASTING($minutes) } after the time.
checked-in-outside = 📍 You are { $metres } m from the post; the county safety office will verify this.
checked-in-team = With you on this shift:
checkin-which = You can check in to several shifts. Choose one:
checkin-standby = You stand by as deputy (B) and need not check in. If you really are there in somebody's place, tap:
ack-checkin = Good. Once you are there, please check in here.
checkin-none = There is no shift for you to check in to now.
checkin-next = Your next shift: { $shift }. You can check in from { $opens }.
button-checkin-at = ✅ Check in: { $post }

# Who is on duty
duty-now = 🕗 On duty now, { $area }:
duty-now-nobody = 🕗 Nobody is on duty now, { $area }.
duty-now-post = ▪ { $post } (until { $ends })
duty-now-person = { $role }: { $name } { $phone } { $presence }
duty-on-day = 🗓 { $area }, shifts of { $on }:
duty-on-day-nobody = 🗓 { $area }: no shifts on { $on }.
duty-on-day-post = ▪ { $post }: { $starts } to { $ends }
duty-on-day-more = … and { $count } more shifts; send "roster" for all.
duty-now-more = … and { $count } more posts
presence-awaited = not checked in yet
presence-standby = on standby
presence-called = called in
presence-in = ✅ there
presence-covered = replaced by the deputy (B)
presence-missed = ⚠️ did not come
mine-head = 👤 Your shifts:
mine-none = 👤 You have no shifts ahead.
mine-now = ▪ { $shift } · { $presence }
mine-ahead = ▪ { $shift }

# Roster
roster-head = 📋 Roster
roster-none = 📋 There is no key period ahead.
roster-period = [{ $period }] { $starts } to { $ends }
roster-no-posts = There are no posts yet. Importing a roster adds them.
roster-covered = ✅ Every post is covered.
roster-more = … and { $count } more gaps
roster-how = When it is filled in, send the file (.xlsx or .csv) here. You see the result first; nothing changes until you tap "Publish".
roster-template = 📄 Here is the empty roster of { $period }.
roster-file-name = { $period } roster.xlsx
button-template = 📄 Empty roster: { $period }
button-new-period = ➕ New key period

form-name-period = key period
form-review-period = 📋 Please check the key period:
ask-period-name = What is it called? (for example: flower expo)
ask-period-name-name = Name
ask-period-begins = On which day does it begin? (10-1 or 2026-10-01)
ask-period-begins-name = First day
ask-period-ends = On which day does it end? (the last day)
ask-period-ends-name = Last day
period-day = I did not understand the date "{ $said }". Write it like 10-1 or 2026-10-01, or "tomorrow", "next Friday".
period-added = ✅ The key period "{ $period }" is there now.
period-reads-again = Your roster is being read again, one moment.

# A roster sent in
upload-taken = 📄 { $name } received; reading it, one moment.
upload-nameless = The file
upload-named = "{ $name }"
upload-read = 📋 { $name } is in order and not published yet:
upload-period = Period: { $period } ({ $starts } to { $ends })
upload-shifts = Posts { $posts }, shifts { $shifts }
upload-changes = Shifts added { $added }, changed { $changed }, removed { $removed }
upload-new-posts = New posts, { $count }: { $names }
upload-new-people = New people, { $count }: { $names }
upload-without-chat = ⚠️ Not joined yet, so not reached, { $count }: { $names }
upload-ask = People whose shifts change and who will be told: { $told }
upload-refused = ❌ { $name } was not imported:
upload-not-fetched = The file could not be fetched. Please send it again (20 MB at most).
upload-unknown = There is no such roster. Please send the file again.
upload-published = { $name } was published already.
upload-discarded = { $name } was cancelled. To use it, send the file again.
upload-given-up = { $name } is cancelled; nothing was changed.
upload-no-period-make = Make the key period first; the roster is then read again by itself.
upload-no-period-ask = Ask the county safety office to make the key period, then send the file again.
roster-no-period = This roster runs from { $first } to { $last }; no key period lies there.
roster-no-days = No date in the roster can be read, and there is no key period ahead.
roster-published = ✅ The roster of { $period } is published.
roster-told-count = People told that their shifts changed: { $told }
button-publish = ✅ Publish
button-discard = ✖ Cancel
button-codes = 📨 Invitations for them
codes-here = 📨 The invitations of { $count } people are in the table. Pass each on to its owner; they hold for { $days } days and work once.
codes-none = They have all joined already.
codes-file = invitations.xlsx
codes-name = Name
codes-phone = Telephone
codes-code = Invitation
codes-expires = Valid until
