# Spot checks (random)
help-spot = ● spot checks: send "spot check"
menu-spot = 🔦 Spot check
button-here = ✅ I am here
button-spot-start = 🔦 Check now
button-seed = 🎲 Seed of the checks: { $period }

spot-ask = 🔦 Spot check: { $post }, answer by { $until } (within { $minutes } min)
spot-how = Tap "I am here" and take a photo of the place now, or send your present location. You can also just send the photo or location here.
spot-none = There is no spot check for you to answer now.
spot-not-yours = This spot check did not ask you.
spot-over = The spot check of { $at } is over and cannot be answered any more.
spot-needs-proof = Take a photo of the place, or send your present location.
spot-passed = ✅ Spot check answered: { $post } { $at }
spot-late = After the time: noted as late ({ LASTING($minutes) }).
spot-was-outside = 📍 You are { $metres } m from the post; the county safety office will verify this.
spot-before = You have answered already.
form-name-spot = spot check
ask-spot-photo = 📷 Take a photo of the place now, or send your present location.
ask-spot-photo-name = Photo
ask-spot-place = 📍 Send your present location.
ask-spot-place-name = Location

# What the office sees
spot-person = { $post } { $role } { $name } { $phone }
spot-unanswered = Spot check not answered: sent at { $at }, silent for { $minutes } min; please telephone
spot-unreached = 🔦 Spot check: these have not joined and cannot be asked; please telephone:
spot-void = 🔦 The spot check of { $at } is void: the program was interrupted and these could not answer. No violation:
spot-outside = 📍 Spot check: { $metres } m from the post, please verify
spot-came = ✅ Spot check answered { LASTING($minutes) } late
spot-doubtful = 🧐 A photo of a spot check is doubtful, please look:
photo-flag-old = ▪ it was taken more than half an hour before the check
photo-flag-reused = ▪ this very photo was sent before
photo-flag-far = ▪ the place written into it is not the post
photo-flag-lost = ▪ it could not be fetched
spot-board = 🔦 Spot check { $at }, to be answered by { $until } ({ $name })
spot-board-counts = { $count } people: there { $passed }, elsewhere { $outside }, late { $late }, waiting { $waiting }, silent { $missing }
spot-board-silent = ▪ silent: { $person }
spot-board-unreached = ▪ has not joined, please telephone: { $person }
spot-board-more = … and { $count } more
spot-board-outside = ▪ { $metres } m away: { $person }
spot-board-unplaced = ▪ The post has no coordinates, so the place of { $count } was not compared (send "posts" to set them): { $people }
spot-today = 🔦 Spot checks of the last day
spot-today-line = ▪ { $at } { $what }: { $count } people, there { $passed }, elsewhere { $outside }, late { $late }, silent { $missing }
spot-today-none = No spot checks in the last day.
spot-source-drawn = random
spot-source-office = by { $name }
spot-silent-detail = Spot check at { $at }, no answer for { $minutes } min
spot-outside-detail = Spot check at { $at }, { $metres } m from the post
form-name-spotstart = spot check
form-review-spotstart = 📋 Please check the spot check:
ask-spotstart-scope = Where? Choose, or type the name of a town or post.
ask-spotstart-scope-name = Where
spot-scope-all = all posts on duty
spot-scope-which = Several names are like it. Choose one:
spot-scope-unknown = No post on duty now is called "{ $said }".
spot-nobody = Nobody is on duty there now.
spot-asked-already = The people there are answering another spot check. Try again later.
spot-started = 🔦 Spot check sent to { $count } people, to be answered by { $until }. The result is shown in the message below.

# The draw
draw-committed = 🎲 { $period }: each post is checked at random, { $count ->
    [one] once
   *[other] { $count } times
} a day. The times follow from a secret seed; nobody can know them before.
draw-hash = Fingerprint of the seed (SHA-256): { $sha256 }
draw-why = After the period the seed is published, and anybody can verify that nobody chose the times.
draw-revealed = 🎲 { $period }: the seed of the spot checks is published now:
draw-seed = Seed: { $seed }
draw-until = The seed is published after the period (from { $until }).
draw-none = This period has no random spot checks.
draw-secret = The period is not over; the seed cannot be shown yet. Fingerprint (SHA-256): { $sha256 }
spot-what = { $post } ({ $by })
spot-at = 🔦 Spot check: { $post } { $role }
draw-of = 🎲 { $period }: random spot checks
draw-verify = On the server, zhishou duty verify-draw computes every time again.
