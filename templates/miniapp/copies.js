// Saving copies of chats: what is chosen, what is done about a copy, how it is fetched,
// and what the chats are called. Like the script after it, it knows no words; what it
// needs of that script is handed over.
const sesameCopies = (() => {
  "use strict";

  // What chats are called, by their ids: for as long as this page is open.
  const names = new Map();
  // Those that were asked for: who has no name then has none.
  const asked = new Set();
  // What is said on the next view of a copy, since it was asked for in vain.
  let held = "";

  const asDate = (value) => (value ? new Date(`${value}T00:00:00`) : null);

  /** Moves a day, a month or a year on. */
  function moved(date, { days = 0, months = 0, years = 0 }) {
    const to = new Date(date);
    to.setFullYear(to.getFullYear() + years, to.getMonth() + months, to.getDate() + days);
    return to;
  }

  /** The span that was chosen; nothing, if it ends before it begins. */
  function spanOf(form) {
    const kind = form.querySelector("input[name=span]:checked").value;
    const now = new Date();
    if (kind === "month") return { from: moved(now, { months: -1 }) };
    if (kind === "year") return { from: moved(now, { years: -1 }) };
    if (kind === "all") return {};
    const from = asDate(form.elements.from.value);
    const last = asDate(form.elements.until.value);
    if (from && last && from > last) return null;
    // The last day is one of those that are wanted.
    return { from, until: last && moved(last, { days: 1 }) };
  }

  /** What was chosen, as the server takes it. */
  function wanted(form, { from, until }) {
    const kinds = [...form.querySelectorAll("input[name=media]")];
    const chosen = kinds.filter((it) => it.checked);
    const largest = form.querySelector("input[name=largest]:checked").value;
    const json = { dialog: form.dataset.dialog, only_mine: form.elements.mine.checked };
    if (chosen.length < kinds.length) json.media = chosen.map((it) => it.value);
    if (form.elements.takeout.checked) json.takeout = true;
    if (largest && chosen.length) json.largest = Number(largest);
    if (from) json.from = from.toISOString();
    if (until) json.until = until.toISOString();
    return json;
  }

  /** Shows what belongs to what is chosen. */
  function changed(form) {
    const kind = form.querySelector("input[name=span]:checked").value;
    for (const part of form.querySelectorAll("[data-span-of]")) part.hidden = part.dataset.spanOf !== kind;
    form.querySelector("[data-wrong-dates]").hidden = Boolean(spanOf(form));
    form.querySelector("[data-needs-media]").disabled = !form.querySelector("input[name=media]:checked");
  }

  // --- About how much it would have -------------------------------------------

  // Who changes something else meanwhile is not asked for in between.
  const UNTIL_COUNTED_MS = 700;
  let counting = null;
  let isToCount = false;

  /** Shows one of the things that there are to say of it. */
  function showEstimate(place, state) {
    for (const part of place.querySelectorAll("[data-estimate-state]")) part.hidden = part.dataset.estimateState !== state;
  }

  async function countNow(form, page) {
    const place = form.querySelector("[data-estimate]");
    place.setAttribute("aria-busy", "true");
    do {
      isToCount = false;
      const span = spanOf(form);
      let state = "uncounted";
      try {
        if (span) {
          const { text } = await page.call("POST", place.dataset.estimate, { json: wanted(form, span) });
          place.querySelector("[data-estimate-state=counted]").replaceChildren(...page.parse(text).children);
          state = "counted";
        }
      } catch { /* It can be saved all the same. */ }
      if (!isToCount) showEstimate(place, state);
    } while (isToCount && form.isConnected);
    place.removeAttribute("aria-busy");
  }

  /** Counts what is chosen, once it stays like that: one time after the other. */
  function count(form, page) {
    if (counting) { isToCount = true; return; }
    counting = countNow(form, page).finally(() => { counting = null; });
  }

  let later = 0;
  function countSoon(form, page) {
    clearTimeout(later);
    // The numbers are of what was chosen before.
    showEstimate(form.querySelector("[data-estimate]"), "counting");
    later = setTimeout(() => count(form, page), UNTIL_COUNTED_MS);
  }

  /** Says one of the things that a view may have to say, and no other. */
  function tell(view, what) {
    let told = false;
    for (const said of view.querySelectorAll("[data-told]")) {
      said.hidden = said.dataset.told !== what;
      told = told || !said.hidden;
    }
    return told;
  }

  // --- Names -----------------------------------------------------------------

  /** Remembers what is read of a chat anyhow. */
  function keep(peer, named) {
    const avatar = named.querySelector(".avatar");
    const picture = avatar.querySelector("img");
    names.set(peer, {
      colour: /avatar--\d/.exec(avatar.className)[0],
      initials: avatar.textContent,
      photo: avatar.dataset.photo || "",
      picture: picture ? picture.src : "",
      name: named.querySelector("strong").textContent,
      kind: named.querySelector("[data-kind]").textContent,
      isProtected: "protected" in named.dataset,
    });
  }

  function fillOne(place, known) {
    place.querySelector("[data-peer-name]").textContent = known.name;
    const kind = place.querySelector("[data-peer-kind]");
    if (kind) kind.textContent = known.kind;
    const warning = place.querySelector("[data-peer-protected]");
    if (warning) warning.hidden = !known.isProtected;
    const avatar = place.querySelector("[data-peer-avatar]");
    avatar.classList.remove("avatar--unnamed");
    avatar.classList.add(known.colour);
    avatar.textContent = known.initials;
    if (known.picture) {
      const picture = new Image();
      picture.alt = "";
      picture.src = known.picture;
      avatar.append(picture);
    }
  }

  /** Puts the names of chats into a view, as far as they are known. */
  function fill(view) {
    for (const place of view.querySelectorAll("[data-peer]")) {
      const known = names.get(place.dataset.peer);
      if (known) fillOne(place, known);
    }
  }

  /** Asks for the names that are not known, and their pictures. Without them, it works as well. */
  async function complete(view, page) {
    const shown = [...new Set([...view.querySelectorAll("[data-peer]")].map((it) => it.dataset.peer))];
    const missing = shown.filter((peer) => !names.has(peer) && !asked.has(peer));
    try {
      while (missing.length) {
        const some = missing.splice(0, 100);
        for (const peer of some) asked.add(peer);
        const { text } = await page.call("GET", `${view.dataset.names}?of=${some.join(",")}`);
        for (const named of page.parse(text).querySelectorAll("[data-named]")) keep(named.dataset.named, named);
        fill(view);
      }
      for (const peer of shown) {
        const known = names.get(peer);
        if (!known || !known.photo || known.picture) continue;
        // Asked for once, whatever comes of it.
        const { photo } = known;
        known.photo = "";
        known.picture = await page.picture(photo);
        fill(view);
      }
    } catch { /* What kind of chat it is stands there. */ }
  }

  // --- Fetching --------------------------------------------------------------

  /** Whether Telegram's app fetches files itself. */
  const canHand = (tg, url) => Boolean(tg) && /^https:/.test(url) && typeof tg.downloadFile === "function"
    && typeof tg.isVersionAtLeast === "function" && tg.isVersionAtLeast("8.0");

  function open(tg, url) {
    if (tg) { tg.openLink(url); return; }
    const link = document.createElement("a");
    link.href = url;
    link.rel = "noopener";
    link.click();
  }

  /** Has a file fetched, and says how. */
  function fetchBy(tg, url, inBrowser, said) {
    if (!inBrowser && canHand(tg, url)) {
      try {
        tg.downloadFile({ url, file_name: url.split("/").pop() }, (taken) => said(taken ? "handed" : ""));
        return;
      } catch { /* It asks for another file at the moment, or does not take this address. */ }
    }
    open(tg, url);
    said("opened");
  }

  return {
    fill,
    /** What follows from a view being there. */
    settle(view, page) {
      const form = view.querySelector("[data-action=save-copy]");
      if (form && !form.dataset.heard) {
        form.dataset.heard = "true";
        form.addEventListener("input", () => { changed(form); countSoon(form, page); });
        count(form, page);
      }
      if (held && view.dataset.view === "copy") { tell(view, held); held = ""; }
      if (!view.dataset.names) return;
      fill(view);
      complete(view, page);
    },
    /** Remembers the chat that is gone to from the list of them. */
    remember(link) {
      if (link.querySelector("[data-kind]")) keep(link.dataset.chat, link);
    },
    /** Begins a copy. */
    async begin(form, page) {
      const span = spanOf(form);
      changed(form);
      if (!span) { form.elements.from.focus(); return; }
      const button = form.querySelector("[data-main]");
      page.setBusy(button, true);
      try {
        await page.call("POST", `/api/v1/accounts/${form.dataset.account}/exports`, { json: wanted(form, span) });
        await page.load();
      } catch (error) {
        // There is one by now, of something else: it is shown, with what to do.
        if (error.code === "export_differs") held = error.code;
        throw error;
      } finally {
        page.setBusy(button, false);
      }
    },
    /** Brings a copy up to date, or goes on with it: by an export of Telegram's or
        without, if the button says which. */
    async retry(button, page) {
      tell(button.closest(".view"), "");
      const { takeout } = button.dataset;
      const way = takeout ? { json: { takeout: takeout === "true" } } : undefined;
      await page.call("POST", `/api/v1/exports/${button.dataset.export}/retry`, way);
      await page.load();
    },
    /** Has the bot send a copy; the question stays until Telegram has it. */
    async send(button, page) {
      const [view, dialog] = [button.closest(".view"), button.closest("dialog")];
      tell(view, "");
      page.setBusy(button, true);
      try {
        await page.call("POST", `/api/v1/exports/${button.dataset.export}/send`);
        tell(view, "sent");
      } catch (error) {
        if (!error.code || !tell(view, error.code)) throw error;
      } finally {
        page.setBusy(button, false);
        dialog.close();
      }
    },
    /** Has a copy brought up to date by itself, that often or never. */
    async keepUpToDate(button, page) {
      const json = { every: button.dataset.every };
      await page.call("PUT", `/api/v1/exports/${button.dataset.export}/renewal`, { json });
      await page.load();
    },
    /** Fetches a copy by a link that works once. */
    async fetch(button, page) {
      const view = button.closest(".view");
      tell(view, "");
      try {
        const { url } = (await page.call("POST", `/api/v1/exports/${button.dataset.export}/link`)).json();
        fetchBy(page.telegram(), url, button.dataset.way === "browser", (what) => tell(view, what));
      } catch (error) {
        if (!error.code || !tell(view, error.code)) throw error;
      }
    },
  };
})();
