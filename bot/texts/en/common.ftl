none = none
system-name = system
channel-telegram = Telegram
channel-wecom = WeCom
channel-web = web

welcome = ✅ { $name }, you have joined the duty watch.
stranger =
    This is the duty-watch bot of the county safety office. You have not joined yet.
    Ask your town or the county safety office for an invitation code (10 characters) and send it here.
stranger-tap = You have not joined yet. Send your invitation code to the bot in a private chat first.
person-inactive = Your account is switched off. If that is wrong, call the county safety office.
invitation-unknown = That code is not right. Check its 10 letters and digits and send it again.
invitation-expired = That code has expired. Ask the county safety office for a new one.
invitation-used = That code was used already. Ask the county safety office for a new one.
invitation-is-for-group = That code is for a group. Send /bind and the code in the group.
invitation-is-for-person = That code is for a person. Send it to the bot in a private chat.
group-bound = ✅ This group is bound: { $role } { $area }. Its hazards and alarms will come here.
not-allowed = You may not do this. If you need to, call the county safety office.
form-none-open = Nothing is being filled in now; what you submitted is stored. Tap "Mine" to see it.
voice-unheard = Voice messages cannot be heard here. Please type, or tap a button.
unclear-mine = Yours to fix (tap a number for its deadline and what to do):
unclear-report = Shall "{ $said }" be reported as a hazard? If so, tap below.
button-report-it = 📝 Report it as a hazard
not-understood = I did not understand. Send "help" to see what you can do.
which-button = Several messages have "{ $said }". Which one do you mean?
not-quite = I did not understand "{ $said }". Did you mean:
button-guess = { $word }
tap-taken = OK
internal-error = Something went wrong here and your message was not handled. Try again later; to report it, name { $id }.

role-grid_worker = grid worker
role-town_officer = town safety officer
role-responsible = responsible person
role-duty_officer = duty officer
role-duty_leader = duty leader
role-safety_office = county safety office
role-office_leader = head of the safety office
role-admin = administrator
role-department = sector department
role-inspector = covert inspector

help-head = { $name }, you can:
help-report = ● report a hazard: send "report"
help-my = ● see what concerns you: send "my"
help-open = ● see lists of hazards, search: send "open"
help-lang = ● change the language: send "language"
help-help = ● see this help: send "help"
help-free = A photo, a location or a sentence starts a report, too.
menu-report = 📷 Report a hazard
menu-my = Mine
menu-open = Hazard lists
menu-lang = 语言 / Language
menu-help = Help
lang-ask = 请选择语言 / Choose a language
lang-zh-CN = 中文
lang-en = English
lang-done = ✅ Changed to English.

alarm-head = 🚨 Alarm
lasting-minutes = { $minutes } min
lasting-hours = { $minutes ->
    [0] { $hours } h
   *[other] { $hours } h { $minutes } min
}
lasting-days = { $hours ->
    [0] { $days } d
   *[other] { $days } d { $hours } h
}
alarm-again = 🚨 Alarm unanswered for { LASTING($minutes) }
alarm-ask = Tap "Received", or reply "got it".
alarm-acked-by = ✅ { $at } { $name } answered the alarm:
alarm-major = Suspected major hazard { $number }
alarm-unknown = There is no such alarm.
acked-over = This alarm is over; nothing is left to do.
acked-mine = ✅ Noted: you have received it. Please act now.
acked-before = { $name } answered first.
nothing-to-ack = No alarm is waiting for your answer.
address-gone = ⚠️ { $name } cannot be reached on { $channel } ({ $reason }). Phone: { $phone }. Ask them to open the bot again, or send a new invitation.

button-ack = ✅ Received
button-see = 🔍 View
button-back = ⬅ Back
button-skip = Skip
button-cancel = ✖ Cancel
button-done = ✅ All sent
button-submit = ✅ Submit
button-edit = ✏️ { $place }
button-resume = ▶ Continue
button-give-up = 🗑 Drop it
button-restore = ↩ Restore the draft
button-share-location = 📍 Send my location

digest-head = ☀️ Morning digest, { $on } (the system is alive)
digest-hazards = Hazards: { $new } new, { $closed } closed, { $open } open
digest-overdue = Overdue: { $count }
digest-overdue-line = ▪ { $number } overdue for { $days } days
digest-more = … for more send "open"
digest-seal = Seal of the records: { $seal }
digest-stuck =
    { $count ->
        [0] Messages: all sent
       *[other] ⚠️ { $count } messages are stuck; the administrator finds them with: zhishou outbox
    }
button-more = More ▼
