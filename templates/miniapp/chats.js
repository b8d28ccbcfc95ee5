// The list of chats: parts that follow each other as one scrolls or asks for them,
// and the pictures in them. Like the script after it, it knows no words: parts are
// rendered by the server. What it needs of that script is handed over.
const sesameChats = (() => {
  "use strict";

  // After so long without another letter, someone has typed what they look for.
  const TYPING_MS = 300;
  // So many pictures are fetched at once: they wait in one line with the list.
  const PICTURES = 2;
  // So many parts in which nothing was found are asked for without a word.
  const EMPTY_PARTS = 25;
  // How far below what is seen the next part is fetched.
  const AHEAD = "600px 0px";

  const sees = "IntersectionObserver" in window;

  /** The list in a view, until the view is gone. */
  class List {
    constructor(view, page) {
      this.view = view;
      this.page = page;
      this.form = view.querySelector("[data-chats]");
      this.entries = view.querySelector("[data-entries]");
      this.waiting = [];
      this.fetching = 0;
      this.typing = null;
      this.asked = null;
      this.nearEnd = sees && new IntersectionObserver((seen) => {
        if (seen.some((it) => it.isIntersecting)) this.next(true);
      }, { rootMargin: AHEAD });
      this.inSight = sees && new IntersectionObserver((seen) => {
        for (const it of seen) if (it.isIntersecting) this.want(it.target);
      }, { rootMargin: AHEAD });
      this.form.addEventListener("input", (event) => this.changed(event.target));
      this.restart();
    }

    get more() { return this.view.querySelector("[data-more]"); }

    /** What is looked for, as an address says it. */
    wanted() {
      const kind = this.form.querySelector("input[name=kind]:checked").value;
      return { kind, query: this.form.querySelector("input[name=query]").value.trim() };
    }

    changed(field) {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.find(), field.name === "query" ? TYPING_MS : 0);
    }

    /** Looks for what is wanted now, unless that is what is shown. */
    find() {
      clearTimeout(this.typing);
      if (JSON.stringify(this.wanted()) !== this.shown) this.restart();
    }

    restart() {
      this.shown = JSON.stringify(this.wanted());
      this.empty = 0;
      this.waiting = [];
      // Until something else is there, what is there stays, paler.
      this.entries.classList.add("chats--stale");
      this.ask("", { isFirst: true });
    }

    /** The next part: `byItself`, since its place came into sight. */
    next(byItself) {
      const button = this.more.querySelector("[data-action=more-chats]");
      if (!button || button.hidden || this.asked || !this.view.isConnected) return undefined;
      if (byItself && !("auto" in button.dataset)) return undefined;
      if (!byItself) this.empty = 0;
      const isFirst = !this.entries.children.length;
      return this.ask(button.dataset.cursor || "", { isFirst, byItself });
    }

    async ask(cursor, { isFirst, byItself }) {
      if (this.asked) this.asked.abort();
      const mine = this.asked = new AbortController();
      const params = new URLSearchParams(this.wanted());
      if (cursor) params.set("cursor", cursor);
      this.view.setAttribute("data-busy", "");
      for (const button of this.more.querySelectorAll("button")) button.disabled = true;
      let part = null;
      try {
        const { text } = await this.page.call("GET", `${this.form.dataset.chats}?${params}`, { signal: mine.signal });
        part = this.page.parse(text);
      } catch (error) {
        if (mine !== this.asked) return;
        this.asked = null;
        if (!this.page.passing(error)) { this.page.fail(error); return; }
        part = this.unreached(cursor);
      }
      if (mine !== this.asked || !this.view.isConnected) return;
      this.asked = null;
      this.put(part, { isFirst, byItself });
    }

    /** What stands in place of a part that did not come. */
    unreached(cursor) {
      const said = this.view.querySelector("[data-unreached]").content.firstElementChild.cloneNode(true);
      said.querySelector("[data-action]").dataset.cursor = cursor;
      const part = document.createElement("div");
      part.append(said);
      return part;
    }

    put(part, { isFirst, byItself }) {
      this.view.removeAttribute("data-busy");
      const entries = [...part.querySelectorAll("[data-entry]")];
      const old = this.more;
      const held = old.contains(document.activeElement);
      this.page.dress(part);
      this.entries.classList.remove("chats--stale");
      if (isFirst) this.entries.textContent = "";
      this.entries.append(...entries);
      old.replaceWith(part.querySelector("[data-more]"));
      this.page.dressed();
      const announced = part.querySelector("[data-announce]") || this.more.querySelector(".nothing__title");
      if (announced) this.page.announce(announced.textContent.trim());
      // Who pressed a button that is gone goes on with what came in its place.
      if (held || (!byItself && !isFirst)) {
        const next = entries[0] || this.more.querySelector("button:not([hidden]), a");
        if (next) {
          if (entries[0]) next.tabIndex = -1;
          next.focus({ preventScroll: true });
        }
      }
      this.empty = entries.length ? 0 : this.empty + 1;
      if (sees) {
        for (const entry of entries) for (const it of entry.querySelectorAll("[data-photo]")) this.inSight.observe(it);
        this.nearEnd.disconnect();
        if (this.empty < EMPTY_PARTS) this.nearEnd.observe(this.more);
      } else {
        for (const entry of entries) for (const it of entry.querySelectorAll("[data-photo]")) this.want(it);
      }
    }

    want(avatar) {
      if (this.inSight) this.inSight.unobserve(avatar);
      this.waiting.push(avatar);
      this.fetch();
    }

    /** Fetches pictures that wait, the latest ones first: those are looked at. */
    async fetch() {
      if (this.fetching >= PICTURES) return;
      const avatar = this.waiting.pop();
      if (!avatar) return;
      this.fetching += 1;
      try {
        if (avatar.isConnected) await this.show(avatar);
      } catch { /* The initials stay. */ }
      this.fetching -= 1;
      this.fetch();
    }

    async show(avatar) {
      const url = await this.page.picture(avatar.dataset.photo);
      const picture = new Image();
      picture.alt = "";
      picture.src = url;
      await new Promise((done, failed) => { picture.onload = done; picture.onerror = failed; });
      avatar.append(picture);
    }
  }

  let list = null;

  return {
    /** Begins the list of a view that is shown, if it has one. */
    begin(view, page) {
      if (!view.querySelector("[data-chats]") || (list && list.view === view)) return;
      list = new List(view, page);
    },
    find: () => list && list.find(),
    next: () => list && list.next(false),
  };
})();
