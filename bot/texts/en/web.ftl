# Web chat
web-title = Zhishou
web-subtitle = Duty bot of the county's safety office
web-write = Write a message
web-send = Send
web-photo = Send photos
web-see-photo = See the photo in full
web-take-photo = Take a photo
web-choose-photo = Choose photos
web-location = Send my location
web-pick-place = Pick on a map instead
web-locating = Finding where you are…
web-file = Send a file (roster)
web-menu = Menu
web-sending = Sending…
web-too-big = The file is bigger than 20 MB and was not sent. Please send a smaller one.
web-not-image = This is not a photo and was not sent. Please send a JPG or PNG picture.
web-not-sent = Not sent. Please try again.
web-close = Close
web-new = Show the newest message
web-earlier = Earlier messages are not shown
web-offline = The connection is lost; trying again…
web-offline-kept = What you sent will go out by itself; there is no need to send it again.
web-place-title = Choose a place
web-place-why = The browser did not tell where you are. Tap the map, or fill in the degrees.
web-place-lat = Latitude
web-place-lon = Longitude
web-place-missing = Please tap the map first, or fill in latitude and longitude.
web-place-cancel = Cancel
web-place-send = Send this place

# Demo
demo-brand = Zhishou · Demo
demo-10-minutes = +10 minutes
demo-1-hour = +1 hour
demo-1-day = +1 day
demo-guide = How to play
demo-swap = Someone else
demo-step-1 = 王芳 (grid worker) taps "Report a hazard": a photo, the place, "May be major", then "Submit".
demo-step-2 = 李静 (safety office) is alarmed at once: she taps "Received", then "True · major…" and the criterion, then "Assign": to 刘洋, within 3 days.
demo-step-3 = 刘洋 taps "Settle the five…". Push the clock some days: he is reminded, then chased when overdue; he taps "Fixed" and sends a photo, 李静 re-checks it, then 何伟 closes it (give the phone to him).
demo-step-4 = 吴刚 (duty leader) is on duty tomorrow morning: push to the start and tap "Check in"; or do not, and see who is alarmed.
demo-ready = The demo runs at { $address } (Ctrl+C stops it)
demo-port-taken = Port { $port } is in use; please take another one (PORT=…).
demo-period = Flower expo
demo-post = Pengdian duty room
demo-post-phone = 0374-7160000
