# Calendar feeds
feed-what = 📅 Your shifts can be in your phone's calendar: take an address and subscribe to it there; changes come by themselves.
feed-which-post = The shifts of which post?
feed-here = 🔗 Your calendar address (an earlier one does not open any more):
feed-how = iPhone: Settings > Calendar > Accounts > Add Subscribed Calendar. Other phones: look for "add from URL" or "subscribe" in the calendar, and paste the address.
feed-secret = Whoever has the address sees shifts and telephones: do not pass it on. If it has got out, take a new one.
feed-no-address = There is no address yet: the administrator has to set web.public_url first.
feed-stopped = ✅ Ended: none of your calendar addresses opens any more.
feed-none = You have no calendar address in use.
feed-title = Duty of { $name }
feed-title-post = Duty at { $post }
feed-shift = Duty: { $post }
feed-shift-role = Duty: { $post } ({ $role })
button-feed-mine = 📅 My shifts
button-feed-post = 📅 A post's shifts
button-feed-stop = 🔒 End all addresses
