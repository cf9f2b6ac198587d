# sectors
sector-gas = Gas
sector-chemicals = Hazardous chemicals
sector-transport = Transport
sector-construction = Construction
sector-fire = Fire safety
sector-special_equipment = Special equipment
sector-tourism = Culture and tourism
sector-health = Health care
sector-education = Education
sector-power = Electric power
sector-other = Other sector
sector-unknown = There is no such sector. Tap an option.
kind-fire = Fire
kind-explosion = Explosion
kind-collapse = Collapse
kind-rollover = Vehicle rollover
kind-other = Other accident
kind-unknown = There is no such kind. Tap an option.
level-general = General hazard
level-major = 🔴 Major hazard
level-suspected = 🟠 Suspected major
level-ungraded = Not graded
level-unknown = Choose "general" or "major".
state-reported = reported
state-verified = verified
state-assigned = assigned
state-rectifying = being fixed
state-submitted = awaiting re-check
state-passed = re-check passed
state-closed = closed
state-rejected = not a hazard
state-withdrawn = withdrawn
state-overdue = ⏰ overdue

# the report
report-started = 📝 Right, let us report it. What is filled in already can be changed at the end.
ask-area = Which town or village? Tap one, or type its name.
ask-area-name = Town, village
area-unknown = I could not find "{ $said }". Type the name of a town or village, or tap an option.
area-which = Which one do you mean?
ask-address = Where exactly? (street, number, landmark; may be skipped)
ask-address-name = Exact place
ask-unit = Which unit or site? Tap one or type its name; may be skipped.
ask-unit-name = Unit or site
unit-name-length = A unit's name has at most { $most } characters.
ask-sector = Which sector does it belong to?
ask-sector-name = Sector
ask-kind = What accident do you fear most?
ask-kind-name = Accident feared
ask-description = Describe the hazard in a sentence or two.
ask-description-name = Description
description-empty = The hazard is not described yet.
ask-photos = 📷 Please take and send photos (1–{ $most }).
ask-photos-more = 📷 { $count } received (at most { $most }). Send more, or tap "All sent".
ask-photos-name = Photos
photos-shown =
    { $count ->
        [one] { $count } photo
       *[other] { $count } photos
    }
photos-too-many = At most { $most } photos; the others were not taken.
photo-or-reason = Send a photo, or say why none can be taken.
photo-not-file = Please send it as a photo, not as a file.
choice-no-photo = Cannot take a photo
ask-no-photo-reason = Why can no photo be taken? (one sentence)
ask-no-photo-reason-name = Why no photo
ask-location = 📍 Please send the location; or type degrees, or skip.
ask-location-name = Location
place-shown = { $lat }, { $lon } ({ $source })
place-live = live position
place-shared = shared location
place-picked = picked on a map
place-exif = from the photo
place-typed = typed
place-unclear = Send a location, or type "latitude, longitude", such as 34.10000, 114.18000; or skip.
place-outside = That point is not in China. Send it again, or skip.
place-kept = location on file
ask-spot-fixed = Was it fixed on the spot?
ask-spot-fixed-name = Fixed on the spot
spot-yes = Fixed on the spot
spot-no = No
ask-suspected = How serious does it look? (The office decides in the end.)
ask-suspected-name = Seriousness
suspected-general = General
suspected-major = 🔴 May be major
suspected-unsure = Not sure
report-thanks = ✅ Reported as { $number }. You will hear how it goes.
report-alarmed = 🚨 Suspected major hazard: the office has been alarmed. Mind your own safety and step back from the danger.
report-window = You can correct or withdraw it within { $minutes } minutes.
report-corrected = ✅ { $number } is corrected.
button-correct = ✏️ Correct
button-withdraw = ↩ Withdraw

# card and details
hazard-head = [{ $number }] { $level } · { $state }
hazard-where = 📍 { $area } { $address } · unit: { $unit }
hazard-what = { $sector } · feared: { $kind }
hazard-photos = 📷 photos: { $count } { $reason }
hazard-reported = Reported: { $name } { $phone } · { $at }
hazard-point = Point: { $lat }, { $lon } ({ $datum })
hazard-spot-fixed = Reporter says it was fixed on the spot; to be verified
hazard-owner = Responsible: { $name } { $phone } · due { $due }
hazard-fix = Rectified ({ $at }): { $note }
hazard-history = —— history ——
history-line = { $at } { $name } { $action } { $reason }
did-report = reported
did-correct = corrected
did-withdraw = withdrew
did-verify = verified and graded
did-reject = found it untrue
did-assign = assigned
did-accept = accepted
did-submit_fix = reported it fixed
did-fail_recheck = failed the re-check
did-pass_recheck = passed the re-check
did-close = closed
did-remind = reminded
hazard-unknown = There is no such hazard, or it is not yours to see.
hazard-moved-on = { $number } is now "{ $state }"; that step is no longer needed.
edit-window-over = { $number } was reported more than { $minutes } minutes ago and can no longer be changed. To add something, call the safety office.
own-work = Nobody accepts their own rectification. Ask a colleague of the office.
reason-needed = Please give the reason.
photo-needed = Please send at least one photo of the rectified state.

button-verify-general = True · general
button-verify-major = True · major
button-reject = Not true
button-assign = 📨 Assign
button-reassign = 📨 Reassign
button-accept = Accept
button-fixed = ✅ Fixed
button-pass = Re-check passed
button-fail = Failed
button-close = ✅ Close

# office and responsible person
ask-assign-unit = Assign to which unit? Tap one, or type its name.
ask-assign-unit-name = Responsible unit
unit-unknown = I could not find the unit "{ $said }". Try other words, or tap an option.
unit-which = Which unit do you mean?
ask-assign-owner = Who is responsible? Tap one, or type a name or phone number.
ask-assign-owner-name = Responsible person
person-unknown = I could not find that person. Try other words, or tap an option.
person-which = Whom do you mean?
ask-assign-deadline = Until when? Tap one, or send a number of days or a date.
ask-assign-deadline-name = Deadline
deadline-in =
    { $days ->
        [0] today
        [1] tomorrow
       *[other] in { $days } days
    }
assigned-done = ✅ { $number } is assigned to { $name }, due { $due }. Reminders will go out by themselves.
verified-general = ✅ { $number } is verified as a general hazard. Next: assign it.
verified-major = ✅ { $number } is verified as a major hazard. Next: assign it.
ask-reject-reason = Why is it not true? Tap one, or write the reason (the reporter will read it).
ask-reject-reason-name = Reason
reject-untrue = Checked on site: it does not exist
reject-duplicate = The same hazard was reported before
reject-not-hazard = Not a safety hazard
rejected-done = ✅ { $number } is settled as not true.
accepted-done = ✅ You accepted { $number }. When it is fixed, tap "Fixed" and send photos.
ask-fix-photos = 📷 Please send photos of the rectified state (1–{ $most }).
ask-fix-photos-more = 📷 { $count } received (at most { $most }). Send more, or tap "All sent".
ask-fix-photos-name = Photos after
ask-fix-note = A sentence on what was done? (may be skipped)
ask-fix-note-name = What was done
fixed-done = ✅ { $number } is reported fixed and waits for the office's re-check.
ask-fail-reason = What is not right? Tap one, or write it (the responsible person will read it).
ask-fail-reason-name = Reason
fail-partly = Only partly rectified
fail-unclear-photo = The photo is unclear, take it again
fail-back-again = The problem has come back
failed-done = { $number } went back to be fixed.
passed-done = ✅ { $number } passed the re-check. Next: close it.
closed-done = ✅ { $number } is closed.
withdrawn-done = { $number } is withdrawn.

owner-assigned = 📨 Assigned to you: hazard { $number }, to be fixed by { $due }.
owner-rectifying = ⚠️ { $number } failed the re-check, please go on: { $reason }
owner-passed = ✅ { $number } passed the re-check.
owner-closed = ✅ { $number } is closed. Thank you!
owner-relieved = { $number } was given to someone else; it is no longer yours.
reporter-reported = { $number } is on file.
reporter-verified = Your report { $number } was verified: { $level }.
reporter-assigned = Your report { $number } was assigned, to be fixed by { $due }.
reporter-rectifying = Your report { $number } is being fixed. { $reason }
reporter-submitted = Your report { $number } was reported fixed and is being re-checked.
reporter-passed = Your report { $number } passed the re-check.
reporter-closed = ✅ Your report { $number } is closed. Thank you!
reporter-rejected = Your report { $number } was checked and found untrue: { $reason }
reporter-withdrawn = { $number } is withdrawn.
office-submitted = 📥 { $name } reports { $number } fixed. Please re-check.

remind-ahead = ⏰ Due in { $days } days ({ $on }): hazard { $number }
remind-today = ⏰ Due today ({ $at }): hazard { $number }
remind-overdue =
    { $days ->
        [0] 🔴 Past its deadline: hazard { $number }
       *[other] 🔴 { $days } days overdue: hazard { $number }
    }

list-my-head = 📂 My hazards
list-my-empty = You have reported nothing yet, and nothing is assigned to you.
list-my-end = That is all.
list-open-head = 📂 Open hazards
list-open-empty = No hazard is open.
list-open-end = That is all.
list-line = ▪ { $number } { $level } · { $state } · { $at }
