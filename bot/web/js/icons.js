// The signs that texts may hold, as icons of the font that comes with the page: a desk without a colour
// emoji font shows them too. The sign itself stays in the text, for copying and for reading aloud.

const ICONS = {
  "📷": "photo_camera", "📍": "place red", "📋": "assignment", "📝": "edit_note", "✏": "edit", "📨": "forward_to_inbox",
  "📥": "move_to_inbox", "📤": "outbox", "📂": "folder_open", "📁": "folder", "📄": "description", "📎": "attach_file",
  "🔴": "circle red", "🟠": "circle orange", "🟡": "circle yellow", "🟢": "circle green", "🔵": "circle blue", "⚪": "circle grey",
  "🚨": "notification_important red", "🆘": "sos red", "🔔": "notifications", "🔕": "notifications_off", "📢": "campaign", "📣": "campaign",
  "⚠": "warning orange", "❗": "priority_high red", "⛔": "do_not_disturb_on red", "🚫": "block red", "🛑": "pan_tool red",
  "⏰": "alarm", "⏳": "hourglass_bottom", "⌛": "hourglass_bottom", "🕐": "schedule", "🕒": "schedule", "🕗": "schedule", "⏱": "timer",
  "✅": "check_circle green", "✔": "check", "✓": "check", "☑": "check_box", "❌": "close red", "✖": "close", "❓": "help",
  "➕": "add_circle", "➖": "remove_circle", "🔁": "swap_horiz", "🔄": "autorenew", "↩": "undo", "🔙": "undo",
  "⬅": "arrow_back", "➡": "arrow_forward", "⬆": "arrow_upward", "⬇": "arrow_downward", "▶": "play_arrow", "▼": "expand_more",
  "🔍": "search", "🔎": "search", "☀": "wb_sunny", "🌙": "nightlight_round", "📅": "event", "📆": "event", "🗓": "event",
  "📊": "bar_chart", "📈": "trending_up", "📉": "trending_down", "👤": "person", "👥": "groups", "👮": "local_police",
  "📞": "phone", "☎": "phone", "📱": "smartphone", "🏠": "home", "🏢": "apartment", "🏭": "factory", "🏫": "school",
  "🔒": "lock", "🔓": "lock_open", "🔑": "key", "🌐": "language", "ℹ": "info", "📌": "push_pin", "🚩": "flag", "🏁": "flag",
  "🔥": "local_fire_department red", "🤝": "handshake", "🙋": "pan_tool", "💡": "lightbulb", "🗑": "delete", "⚙": "settings",
  "🧭": "explore", "🗺": "map", "📜": "history_edu", "🔗": "link", "💬": "chat", "👋": "waving_hand", "⭐": "star", "🧳": "luggage", "👍": "thumb_up", "👎": "thumb_down", "🎉": "celebration",
  "📒": "menu_book", "✍": "draw", "🚶": "directions_walk", "🔧": "build", "🎲": "casino", "🔦": "flashlight_on", "✗": "close",
  "⚖": "gavel", "🧐": "person_search", "🕘": "schedule",
};

const SIGNS = new RegExp("(" + Object.keys(ICONS).join("|") + ")\\uFE0F?", "gu");
const LINKS = /https?:\/\/[^\s]+\/r\/[\w-]{22}(?![\w-])/g; // a unit's reply link, and no other address
const PHONES = /(?<![\d.])(1[3-9]\d{9}|0\d{2,3}-\d{7,8})(?!\d)/g;

// A text in pieces: words, reply links and telephone numbers to be tapped (not in a `plain` one), signs with icon and colour.
function pieces(text, plain) {
  if (plain) return [...cut(text, SIGNS, sign)];
  const links = [...cut(text, LINKS, (part) => ({ text: part, link: true }))];
  const found = links.flatMap((piece) => (piece.link ? [piece] : [...cut(piece.text, PHONES, phone)]));
  return found.flatMap((piece) => (piece.phone || piece.link ? [piece] : [...cut(piece.text, SIGNS, sign)]));
}

function phone(part) {
  return { text: part, phone: true };
}

function sign(part) {
  const [icon, colour] = ICONS[part.replace("\uFE0F", "")].split(" ");
  return { text: part, icon, colour: colour ? "zs-" + colour : "" };
}

function* cut(text, pattern, made) {
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > at) yield { text: text.slice(at, match.index) };
    yield made(match[0]);
    at = match.index + match[0].length;
  }
  if (at < text.length) yield { text: text.slice(at) };
}

// Words in which signs are icons and telephone numbers can be called; on a button (`plain`) they cannot.
export const Words = {
  props: { text: String, plain: Boolean },
  computed: {
    parts() {
      return pieces(this.text || "", this.plain);
    },
  },
  template: `<template v-for="part in parts"><a v-if="part.phone" :href="'tel:' + part.text">{{ part.text }}</a><a
    v-else-if="part.link" :href="part.text" target="_blank" rel="noreferrer">{{ part.text }}</a><span
    v-else-if="part.icon" class="zs-icon" :class="part.colour" :data-icon="part.icon">{{ part.text }}</span><template
    v-else>{{ part.text }}</template></template>`,
};
