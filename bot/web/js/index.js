// What a browser has still to hand over: kept until the server has taken it, in order, each under an id
// of its own that stays the same when it is sent again. Words, taps and places outlive a reload.

export { Words } from "./icons.js";

const WAITS = [1000, 2000, 4000, 8000, 15000];
const REFUSED = { 413: "too-big", 415: "not-image" };

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without https have no randomUUID
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  // `changed(items)` after every change; `toast(words)` when a tap is answered by a word;
  // `refused(reason)` when the server will never take it.
  constructor(address, { changed, toast, refused }) {
    this.url = (window.path_prefix || "") + "/chat/" + encodeURIComponent(address);
    this.key = "zhishou:outbox:" + address;
    this.changed = changed;
    this.toast = toast;
    this.refused = refused;
    this.items = this.load();
    this.running = false;
    this.stopped = false;
  }

  load() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || [];
    } catch {
      return [];
    }
  }

  save() {
    const kept = this.items.filter((item) => !item.file && !item.taken);
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // a full or forbidden store: then it is kept in memory only
    }
    this.changed([...this.items]);
  }

  add(item) {
    if (this.items.some((other) => other.id === item.id)) return;
    this.items.push(item);
    this.save();
    this.run();
  }

  drop(id) {
    this.items = this.items.filter((item) => item.id !== id);
    this.save();
  }

  async run() {
    if (this.running) return;
    this.running = true;
    let tries = 0;
    while (!this.stopped) {
      const item = this.items.find((each) => !each.taken);
      if (!item) break;
      if (await this.hand(item)) {
        tries = 0;
      } else {
        await new Promise((done) => setTimeout(done, WAITS[Math.min(tries++, WAITS.length - 1)]));
      }
    }
    this.running = false;
  }

  // Whether the server has an opinion; if not, it is tried again.
  async hand(item) {
    let response;
    try {
      response = await this.post(item);
    } catch {
      return false;
    }
    if (response.status >= 500 || response.status === 408 || response.status === 429) return false;
    if (!response.ok) {
      this.drop(item.id);
      this.refused(REFUSED[response.status] || "not-sent");
      return true;
    }
    const { toast } = await response.json().catch(() => ({}));
    if (toast) this.toast(toast);
    item.taken = true; // its bubble stays until the transcript brings it
    if (item.kind === "tap") this.items = this.items.filter((other) => other !== item);
    this.save();
    return true;
  }

  post(item) {
    if (!item.file) {
      const { id, kind, text, data, message, place } = item;
      return fetch(this.url + "/send", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id, kind, text, data, message, place }),
        signal: AbortSignal.timeout(20000),
      });
    }
    const query = new URLSearchParams({ id: item.id, kind: item.kind, album: item.album || "", name: item.name });
    return fetch(`${this.url}/files?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: item.file,
      signal: AbortSignal.timeout(180000),
    });
  }

  stop() {
    this.stopped = true;
  }
}

// Where the browser is, in degrees of WGS-84; rejects when it cannot or may not tell.
export function whereAmI() {
  return new Promise((found, failed) => {
    if (!navigator.geolocation || !window.isSecureContext) return failed(new Error("no geolocation"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => found({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, source: "live" }),
      failed,
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
    );
  });
}

// Ids are longer than a browser's numbers: compare them as text of digits.
export function byId(one, other) {
  return one.id.length - other.id.length || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
