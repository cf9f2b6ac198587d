# the reply link of a unit without an account: in the chat
link-made = 🔗 Nobody of { $unit } has joined, so no message reaches it. Forward the next message as it is (SMS, WeChat) to: { $to }
link-ready = 🔗 The reply link of { $unit } is ready. Forward the next message as it is (SMS, WeChat) to: { $to }
link-impossible = ⚠️ Nobody of { $unit } has joined, so no message reaches it, and no reply link can be made: there is no public address yet (the administrator sets web.public_url). Please call: { $to }
link-whoever = whoever is in charge there
link-before = The { $count } links made before are still good ({ $used }). If in doubt, tap "Revoke reply links" and make a new one.
link-last-used = last opened { $at }
link-never-used = never opened yet
link-sms =
    { $count ->
        [1] [{ $county } safety office] { $unit }: there is a hazard ({ $number }) at your unit. Please fix it and answer by { $due }. No account needed, just open: { $link }
       *[other] [{ $county } safety office] { $unit }: there are { $count } hazards ({ $number } and others) at your unit. Please fix them and answer by { $due }. No account needed, just open: { $link }
    }
link-sms-failed = [{ $county } safety office] { $unit }: hazard { $number } did not pass its re-check. Please go on fixing it and answer by { $due }. What is missing: { $link }
button-reply-link = 🔗 Make a reply link
button-revoke-link = 🚫 Revoke reply links
links-revoked = 🚫 { $count } reply links of { $unit } no longer work; whoever opens one is told so.
links-revoked-before = No reply link is out; there is nothing to revoke.
link-not-assigned = { $number } is "{ $state }": it is with no unit now, so it needs no reply link.
link-no-unit = { $number } was not assigned to a unit, so there can be no reply link.
link-no-address = There is no public address yet, so a link would not open. Ask the administrator to set web.public_url.
did-make_link = made a reply link
did-revoke_link = revoked the reply links

# the page that the link opens
reply-title = Hazards to fix
reply-office = { $county } Safety Committee Office
reply-how = No account needed. What you fill in reaches the office at once.
reply-count =
    { $waiting ->
        [0] Hazards: { $count }. None waits for you now.
       *[other] Hazards: { $count }. Waiting for you: { $waiting }.
    }
reply-call = Questions? Call the office:
reply-level-general = General hazard
reply-level-major = Major hazard
reply-where = Place: { $area } { $address }
reply-at = Unit: { $unit }
reply-kind = Kind: { $sector }, feared: { $kind }
reply-what = Hazard: { $said }
reply-suspended = Production is suspended; it may not begin again before that is approved
reply-listed = Under listed supervision: { $level }
reply-due = To be fixed by { $due }
reply-days-left =
    { $days ->
        [0] due today
        [1] due tomorrow
       *[other] { $days } days left
    }
reply-late =
    { $days ->
        [0] overdue
        [1] 1 day overdue
       *[other] { $days } days overdue
    }
reply-before = Photos from the inspection
reply-after = Photos after the work ({ $count })
reply-photo = photo { $place }
reply-failed = Re-check failed ({ $at }): { $reason }
reply-extension-pending = You asked for time until { $until }. Until the office answers the deadline stays.
reply-extension-approved = The deadline was extended, by { $days } days altogether.
reply-extension-refused = No more time was given: { $reason }
reply-waits-submitted = Reported fixed; the office will re-check it.
reply-waits-passed = Re-check passed; it will be closed.
reply-waits-closed = Closed; nothing more to do.

reply-do-accept = Accept: we will fix it
reply-do-commit = Fill in the five commitments (then work begins)
reply-do-recommit = Change the five commitments
reply-do-submit_fix = It is fixed: send photos
reply-do-comment = Say how it goes
reply-do-ask_extension = Ask for more time
reply-do-hand_back = Not ours: hand it back
reply-do-accept_all = Accept all ({ $count })
reply-send-accept = Accept
reply-send-commit = Send the five commitments
reply-send-submit_fix = Report it fixed
reply-send-comment = Send
reply-send-ask_extension = Ask
reply-send-hand_back = Hand it back
reply-send-accept_all = Accept all
reply-name = Your name
reply-phone = Your telephone
reply-camera = Take a photo
reply-album = Choose photos (several)
reply-photo-rule = { $most } photos at most, each up to { $size } MB
reply-note = How it was fixed (may be left empty)
reply-said = How far it has come
reply-reason = Reason
reply-reason-own = Another reason, in a sentence
reply-reason-changed = Why it is changed (only if you change what was filled in)
reply-own = Or in your own words
reply-until = Until when
reply-until-own = Another day
reply-five-said = Filled in so far:

reply-done = The office has it.
reply-done-accept = { $number } is accepted. Once it is fixed, come back to this page and send photos.
reply-done-commit = The five commitments for { $number } were sent.
reply-done-submit_fix = { $number } is reported fixed; the office will re-check it.
reply-done-comment = Sent to the office.
reply-done-ask_extension = The office was asked for more time for { $number }. Until it answers the deadline stays.
reply-done-hand_back = { $number } was handed back to the office.
reply-done-accept_all = All are accepted. Once they are fixed, come back to this page and send photos.
reply-signed = { $name } (by link)

link-unknown = This link is wrong or not complete. Go back to the message and open the whole link.
link-expired = This link has expired. Ask the office for a new one.
link-revoked = This link was revoked. Ask the office for a new one.
link-finished = All hazards here are settled, or are with somebody else now. There is nothing to fill in. Thank you!
link-guessed = Too many tries. Please wait a minute.
answer-name = Please give your name ({ $most } characters at most).
answer-phone = Please give your telephone, such as 13800000000.
reply-old-form = This page is too old. Please fill it in again below.
reply-photo-big = A photo is larger than { $most } MB and was not kept. Please choose a smaller one.
reply-photo-not = A file is no photo and was not kept. Please choose JPG or PNG pictures.
reply-too-big = Too many or too large photos at once; nothing was kept. Please send them in parts.
reply-date = I do not understand the date "{ $said }". Please write it like 2026-10-20.
reply-photos-again = (photos have to be chosen again)
