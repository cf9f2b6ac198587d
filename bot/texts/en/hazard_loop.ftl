# The loop: what people are told, and its rules
owner-failed = ⚠️ { $number } failed the re-check, please go on: { $reason }
owner-regraded = ⚖️ { $number } was graded anew: { $level }. Please accept it again. Why: { $reason }
owner-supervised = 📌 { $number } is listed for supervision; to be fixed by { $due }. { $reason }
owner-delisted = ✅ { $number } was taken off the list.
owner-suspended = ⛔ { $number }: production is suspended and must not begin again before it is approved. { $reason }
owner-resumed = ✅ { $number }: production may begin again.
reporter-failed = Your report { $number } failed the re-check and goes back to be fixed: { $reason }
reporter-regraded = Your report { $number } was graded anew: { $level }.
reporter-extended = Your report { $number } was given more time, until { $due }.
reporter-supervised = Your report { $number } is now listed for supervision.
reporter-delisted = Your report { $number } was taken off the supervision list.
reporter-suspended = Your report { $number }: production there is suspended.
reporter-resumed = Your report { $number }: production there may begin again.
reporter-taken-back = Your report { $number } was taken back by the office and will be verified again.
reporter-reopened = 🔁 Your report { $number } came back and stands open again: { $reason }

graded-already = { $number } is already graded: { $level }.
listed-already = { $number } is already listed at this level.
assign-owner-elsewhere = { $name } does not belong to that unit or town; please choose again.
extension-lapsed = { $number } was assigned anew; the former request for more time no longer counts.
commitment-by-assigning = Who and by when are settled by the assignment: assign it anew, or ask for more time.

button-lower = Lower to general…
button-raise = Raise to major…
button-other-criterion = Another criterion…
ask-lower-reason = Why is it general? Tap one, or write a sentence.
ask-lower-reason-name = reason
lower-not-met = Checked: it does not meet the criterion
lower-part-gone = The dangerous part is gone; what is left is general
lower-done = ✅ { $number } is now graded as general.
form-name-lower = lowering the level
