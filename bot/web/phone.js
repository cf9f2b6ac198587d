// One chat, as on a phone. The transcript comes through `put`; what the person does goes out by the outbox.

import { Outbox, Words, byId, newId, whereAmI } from "zhishou";

const MOST = 20 * 1024 * 1024; // bytes of one file
const TWICE = 1000; // ms within which a second tap of the same button is a slip
const NEAR_END = 60; // px

export default {
  components: { Words },
  template: `
  <section class="zs-phone" :data-address="address" @dragover.prevent @drop.prevent="dropped">
    <header class="zs-head">
      <span class="zs-face" aria-hidden="true">{{ title.slice(0, 1) }}</span>
      <span class="zs-who"><b>{{ title }}</b><small>{{ subtitle }}</small></span>
      <slot name="tools"></slot>
      <button class="zs-menu" @click="tap(null, 'c:help')"><q-icon name="menu"></q-icon>{{ words.menu }}</button>
    </header>
    <div class="zs-list" ref="list" @scroll.passive="scrolled" role="log" aria-live="polite">
      <p v-if="cut" class="zs-day">{{ words.earlier }}</p>
      <template v-for="row in shown" :key="row.id">
        <p v-if="row.newDay" class="zs-day">{{ row.day }}</p>
        <article class="zs-msg" :class="classes(row)" :data-id="row.id">
          <div v-if="(row.photos || []).length" class="zs-photos">
            <button v-for="sha in row.photos" :key="sha" @click="large = sha" :aria-label="words['see-photo']">
              <img :src="photo(sha, 'small')" alt="" loading="lazy" @load="grown">
            </button>
          </div>
          <p v-if="row.text" class="zs-text"><words :text="row.text"></words></p>
          <p v-if="row.place" class="zs-text"><words :text="'📍 ' + row.place[0].toFixed(5) + ', ' + row.place[1].toFixed(5)"></words></p>
          <a v-if="row.file && row.sha256" class="zs-doc" :href="document(row)" :download="row.file">
            <q-icon name="description"></q-icon><span>{{ row.file }}</span><q-icon name="download"></q-icon></a>
          <p v-else-if="row.file" class="zs-text"><words plain :text="'📎 ' + row.file"></words></p>
          <div v-for="(line, at) in row.buttons || []" :key="at" class="zs-row" :class="{ 'zs-many': line.length > 3 }">
            <button v-for="[label, data] in line" :key="data" class="zs-button" :class="buttonClasses(row, data)"
              @click="tap(row.id, data)"><words plain :text="label"></words></button>
          </div>
          <time>{{ row.waiting ? words.sending : row.time }}</time>
        </article>
      </template>
    </div>
    <button v-if="unread || !atEnd" class="zs-down" @click="toEnd(true)" :aria-label="words.new">
      <q-icon name="keyboard_arrow_down"></q-icon><b v-if="unread">{{ unread }}</b>
    </button>
    <p v-if="notice" class="zs-notice" role="alert"><words :text="notice"></words></p>
    <div v-if="sheet" class="zs-sheet">
      <button @click="choose('camera')"><q-icon name="photo_camera"></q-icon>{{ words['take-photo'] }}</button>
      <button @click="choose('photos')"><q-icon name="photo_library"></q-icon>{{ words['choose-photo'] }}</button>
    </div>
    <div v-if="locating" class="zs-sheet">
      <span><q-spinner size="24px"></q-spinner> {{ words.locating }}</span>
      <button @click="pick"><q-icon name="map"></q-icon>{{ words['pick-place'] }}</button>
    </div>
    <footer class="zs-input">
      <button class="zs-photo" @click="photoTapped" :aria-label="words.photo" :title="words.photo">
        <q-icon name="photo_camera"></q-icon></button>
      <button class="zs-place" :class="{ 'zs-wanted': wantsPlace }" @click="placeTapped"
        :aria-label="words.location" :title="words.location"><q-icon name="place"></q-icon></button>
      <button class="zs-file" @click="choose('files')" :aria-label="words.file" :title="words.file">
        <q-icon name="attach_file"></q-icon></button>
      <textarea ref="text" v-model="text" rows="1" maxlength="19000" :placeholder="words.write"
        :aria-label="words.write" @keydown.enter="entered" @input="typed" @paste="pasted"></textarea>
      <button class="zs-send" @click="say" :disabled="!text.trim()" :aria-label="words.send"
        :title="words.send"><q-icon name="send"></q-icon></button>
      <input ref="camera" type="file" accept="image/*" capture="environment" hidden @change="picked('photo', $event)">
      <input ref="photos" type="file" accept="image/*" multiple hidden @change="picked('photo', $event)">
      <input ref="files" type="file" accept=".xlsx,.xls,.csv" hidden @change="picked('file', $event)">
    </footer>
    <button v-if="large" class="zs-large" @click="large = ''" :aria-label="words.close">
      <img :src="photo(large, 'full')" alt=""></button>
  </section>`,
  props: { address: String, title: String, subtitle: String, lang: String, words: Object, once: Object },
  emits: ["ready", "pick", "unread"],
  data() {
    const text = sessionStorage.getItem("zhishou:text:" + this.address) || "";
    return {
      rows: [], waiting: [], chosen: this.tapped(), fresh: {}, text, unread: 0, atEnd: true, visible: true,
      large: "", sheet: false, locating: false, notice: "", cut: false,
    };
  },
  computed: {
    shown() {
      const known = new Set(this.rows.map((row) => row.event).filter(Boolean));
      const own = this.waiting.filter((item) => item.kind !== "tap" && !known.has(item.id)).map((item) => ({
        id: "w" + item.id, mine: true, waiting: true, text: item.text, file: item.file ? item.name : "",
        place: item.place && [item.place.lat, item.place.lon],
      }));
      let day = "";
      const shown = [];
      for (const row of [...this.rows, ...own]) {
        const before = shown.at(-1);
        if (row.album && before?.album === row.album) {
          before.photos = [...before.photos, ...row.photos]; // an album is one bubble
          continue;
        }
        shown.push({ ...row, newDay: Boolean(row.day) && row.day !== day });
        day = row.day || day;
      }
      return shown;
    },
    theirs() {
      return this.rows.filter((row) => !row.mine);
    },
    newest() {
      return this.theirs.findLast((row) => (row.buttons || []).length)?.id;
    },
    // Where the open form stands: its buttons above are done with, as are all once it is over.
    asking() {
      const asks = (row) => (row.buttons || []).flat().some(([, data]) => data.startsWith("f:"));
      return this.theirs.findLast((row) => row.clear || asks(row))?.id;
    },
    wantsPlace() {
      return this.theirs.at(-1)?.request === "location";
    },
  },
  watch: {
    unread(count) {
      this.$emit("unread", count);
    },
    words() {
      this.speak();
    },
  },
  async mounted() {
    await this.$nextTick(); // for window.path_prefix
    this.pressed = {};
    this.outbox = new Outbox(this.address, {
      changed: (items) => { this.waiting = items; this.$nextTick(() => this.atEnd && this.toEnd()); },
      toast: (words) => this.say_notice(words),
      refused: (reason) => this.say_notice(this.words[reason]),
    });
    this.observer = new IntersectionObserver(([entry]) => {
      this.visible = entry.isIntersecting;
      if (this.visible && this.atEnd) this.toEnd();
    });
    this.observer.observe(this.$el);
    this.size();
    this.speak();
    this.outbox.run();
    if (this.once) {
      this.outbox.add(this.once);
      history.replaceState(null, "", location.pathname); // so that a reload does not send it again
    }
    this.$emit("ready");
  },
  unmounted() {
    this.outbox?.stop();
    this.observer?.disconnect();
  },
  methods: {
    // What was tapped in this window, so that a reload still shows it.
    tapped() {
      try {
        return JSON.parse(sessionStorage.getItem("zhishou:tapped:" + this.address)) || {};
      } catch {
        return {};
      }
    },
    // The page around the chat speaks the same language, also when its connection is lost.
    speak() {
      document.documentElement.lang = this.lang;
      const [lost, kept] = document.querySelectorAll("#popup > span");
      if (kept) [lost.textContent, kept.textContent] = [this.words.offline, this.words["offline-kept"]];
    },
    document(row) {
      return `${window.path_prefix || ""}/chat/${encodeURIComponent(this.address)}/messages/${row.id}/file`;
    },
    photo(sha, size) {
      return `${window.path_prefix || ""}/files/${sha}?size=${size}`;
    },
    classes(row) {
      return {
        "zs-mine": row.mine,
        "zs-alarm": !row.mine && (row.text || "").startsWith("🚨"),
        "zs-fresh": this.fresh[row.id],
        "zs-waiting": row.waiting,
      };
    },
    buttonClasses(row, data) {
      return {
        "zs-now": row.id === this.newest,
        "zs-old": row.id !== this.asking && data.startsWith("f:"),
        "zs-chosen": this.chosen[row.id + data],
      };
    },
    // New and changed messages; changed ones stay where they are and light up for a moment.
    put(rows, first) {
      const known = new Map(this.rows.map((row) => [row.id, row]));
      let added = 0;
      for (const row of rows) {
        const before = known.get(row.id);
        if (before && before.edited < row.edited) this.light(row.id);
        if (!before && !row.mine) added += 1;
        if (row.event && this.waiting.some((item) => item.id === row.event && item.taken)) this.outbox.drop(row.event);
        known.set(row.id, row);
      }
      this.rows = [...known.values()].sort(byId);
      if (first) this.cut = rows.length >= first;
      else if (!this.atEnd || !this.visible) this.unread += added;
      if (this.atEnd) this.$nextTick(() => this.toEnd());
    },
    light(id) {
      this.fresh[id] = true;
      setTimeout(() => delete this.fresh[id], 2500);
    },
    scrolled() {
      const list = this.$refs.list;
      this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
      if (this.atEnd && this.visible) this.unread = 0;
    },
    grown() {
      if (this.atEnd) this.toEnd();
    },
    toEnd(smooth) {
      const list = this.$refs.list;
      if (!list) return;
      list.scrollTo({ top: list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
      this.atEnd = true;
      if (this.visible) this.unread = 0;
    },
    tap(message, data) {
      const key = (message || "") + data;
      const now = Date.now();
      if (now - (this.pressed[key] || 0) < TWICE) return;
      this.pressed[key] = now;
      this.chosen[key] = true;
      sessionStorage.setItem("zhishou:tapped:" + this.address, JSON.stringify(this.chosen));
      this.outbox.add({ id: newId(), kind: "tap", data, message: message || "" });
    },
    entered(event) {
      if (event.shiftKey || event.isComposing || event.keyCode === 229) return; // a line, or still choosing letters
      event.preventDefault();
      this.say();
    },
    say() {
      const said = this.text.trim();
      if (!said) return;
      this.atEnd = true;
      this.outbox.add({ id: newId(), kind: "text", text: said });
      this.text = "";
      this.typed();
      this.$refs.text.focus();
    },
    typed() {
      sessionStorage.setItem("zhishou:text:" + this.address, this.text);
      this.$nextTick(() => this.size());
    },
    size() {
      const box = this.$refs.text;
      box.style.height = "auto";
      box.style.height = Math.min(box.scrollHeight + 2, 140) + "px";
    },
    photoTapped() {
      if (matchMedia("(pointer: coarse)").matches) this.sheet = !this.sheet;
      else this.choose("photos");
    },
    choose(input) {
      this.sheet = false;
      this.$refs[input].value = "";
      this.$refs[input].click();
    },
    picked(kind, event) {
      this.send([...event.target.files], kind);
    },
    dropped(event) {
      this.send([...event.dataTransfer.files].filter((file) => file.type.startsWith("image/")), "photo");
    },
    pasted(event) {
      this.send([...event.clipboardData.files].filter((file) => file.type.startsWith("image/")), "photo");
    },
    send(files, kind) {
      const album = files.length > 1 ? newId() : "";
      for (const file of files) {
        if (file.size > MOST) this.say_notice(this.words["too-big"]);
        else this.outbox.add({ id: newId(), kind, file, name: file.name, album });
      }
    },
    async placeTapped() {
      if (this.locating) return;
      this.locating = true;
      try {
        const place = await whereAmI();
        if (this.locating) this.outbox.add({ id: newId(), kind: "location", place });
      } catch {
        if (this.locating) this.$emit("pick");
      }
      this.locating = false;
    },
    pick() {
      this.locating = false;
      this.$emit("pick");
    },
    say_notice(words) {
      this.notice = words;
      clearTimeout(this.hiding);
      this.hiding = setTimeout(() => (this.notice = ""), 4000);
    },
  },
};
