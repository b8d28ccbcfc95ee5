// The one script of the Mini App and of the page for another screen. It knows
// no words and renders nothing: it fetches views, fades them in, listens for
// changes, and lends Telegram's own buttons to the page.
(() => {
  "use strict";

  const root = document.documentElement;
  // Below which path of its host everything lies; no address is made without.
  const base = root.dataset.base || "";
  const home = base + "/app";
  /** Which page of the app this is; none of them: the first. */
  const page = () => (location.pathname.startsWith(home + "/") ? location.pathname.slice(home.length + 1) : "");
  const stage = document.getElementById("stage");
  const offlineBanner = document.getElementById("offline");
  const backButton = document.getElementById("back");
  const announcer = document.getElementById("announcer");
  const onScreen = document.body.dataset.face === "screen";
  const FADE_MS = 170;
  const SILENCE_MS = 25000;

  // What is remembered for a reload; a browser may forbid it.
  const store = {
    name: (key) => `sesame${base}:${key}`,
    get(key) {
      try { return JSON.parse(sessionStorage.getItem(store.name(key))); } catch { return null; }
    },
    set(key, value) {
      try { sessionStorage.setItem(store.name(key), JSON.stringify(value)); } catch { /* then not */ }
    },
  };

  const sleep = (ms, signal) => new Promise((done) => {
    const timer = setTimeout(done, ms);
    if (signal) signal.addEventListener("abort", () => { clearTimeout(timer); done(); }, { once: true });
  });

  /** Who we are is not accepted: the page must be opened again. */
  class Refused extends Error {
    constructor(code) { super(code); this.code = code; }
  }
  /** The server answered, but not with what was asked for. */
  class Answered extends Error {
    constructor(status, code) { super(code); this.status = status; this.code = code; }
  }

  // --- How it was opened ---------------------------------------------------

  // Telegram hands everything over in the fragment; a reload may lose it.
  const launch = (() => {
    const params = new URLSearchParams(location.hash.slice(1));
    const names = ["tgWebAppData", "tgWebAppThemeParams", "tgWebAppPlatform", "tgWebAppStartParam"];
    if (params.has("tgWebAppData")) {
      store.set("launch", Object.fromEntries(names.map((name) => [name, params.get(name)])));
    }
    const saved = store.get("launch") || {};
    const get = (name) => params.get(name) || saved[name] || "";
    const initData = get("tgWebAppData");
    const inside = new URLSearchParams(initData);
    return {
      initData,
      fingerprint: inside.get("hash") || "",
      start: inside.get("start_param") || get("tgWebAppStartParam"),
      platform: get("tgWebAppPlatform"),
      theme: get("tgWebAppThemeParams"),
    };
  })();

  const isPhone = /^(android|android_x|ios)$/.test(launch.platform)
    || (!/^(tdesktop|macos|unigram)$/.test(launch.platform)
      && matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600);
  root.dataset.device = isPhone ? "phone" : "desktop";

  function dress(params) {
    if (!params || typeof params !== "object") return;
    for (const [name, value] of Object.entries(params)) {
      if (/^[a-z_]+$/.test(name) && /^#[0-9a-f]{3,8}$/i.test(value)) {
        root.style.setProperty("--tg-theme-" + name.replaceAll("_", "-"), value);
      }
    }
    const bg = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(params.bg_color || "");
    if (bg) {
      const [r, g, b] = bg.slice(1).map((part) => parseInt(part, 16));
      root.dataset.scheme = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
    }
  }
  if (!onScreen) {
    try { dress(JSON.parse(launch.theme)); } catch { /* the page has colours of its own */ }
  }

  // --- Telegram's own buttons ----------------------------------------------

  let tg = null;
  let mainButton = null;
  let hostAnswers = Boolean(window.TelegramWebviewProxy)
    || Boolean(window.external && "notify" in window.external);

  const tell = (act) => { try { act(); } catch { /* older apps lack some of it */ } };

  // The bridge is adopted only where something answers it: in a page that
  // merely loaded it, its buttons would be nowhere.
  function adopt() {
    const app = window.Telegram && window.Telegram.WebApp;
    if (tg || onScreen || !app || !hostAnswers || !app.initData) return;
    tg = app;
    root.classList.replace("no-bridge", "bridge");
    tell(() => tg.ready());
    tell(() => tg.expand());
    tell(() => tg.setHeaderColor("secondary_bg_color"));
    tell(() => tg.setBackgroundColor("secondary_bg_color"));
    tell(() => tg.MainButton.onClick(() => mainButton && mainButton.click()));
    tell(() => tg.BackButton.onClick(goBack));
    tell(() => tg.onEvent("themeChanged", () => dress(tg.themeParams)));
    furnish();
  }

  window.addEventListener("message", (event) => {
    if (window.parent === window || event.source !== window.parent) return;
    let message = event.data;
    try { if (typeof message === "string") message = JSON.parse(message); } catch { return; }
    if (!message || typeof message.eventType !== "string") return;
    if (message.eventType === "theme_changed" && message.eventData) dress(message.eventData.theme_params);
    if (message.eventType === "viewport_changed" || message.eventType === "set_custom_style") {
      hostAnswers = true;
      adopt();
    }
  });
  // The bridge may have asked, and been answered, before this script listened.
  if (window.parent !== window && !onScreen) {
    window.parent.postMessage(JSON.stringify({ eventType: "web_app_request_viewport" }), "*");
  }
  const bridge = document.getElementById("bridge");
  if (bridge) bridge.addEventListener("load", adopt);

  const haptic = (kind) => tg && kind && tell(() => tg.HapticFeedback.notificationOccurred(kind));

  // Telegram's button does not know by itself what is dangerous.
  function coloursOf(button) {
    const theme = tg.themeParams || {};
    const danger = button.classList.contains("button--danger");
    const color = danger ? theme.destructive_text_color || "#e53935" : theme.button_color;
    const textColor = danger ? "#ffffff" : theme.button_text_color;
    return { ...(color && { color }), ...(textColor && { text_color: textColor }) };
  }

  /** Fits the buttons around the page to the view in it. */
  function furnish() {
    const view = stage.firstElementChild;
    const back = view.dataset.back;
    if (backButton) backButton.hidden = !back || Boolean(tg);
    if (tg && view.querySelector("dialog[open]")) { tell(() => tg.MainButton.hide()); return; }
    for (const button of view.querySelectorAll(".mirrored")) button.classList.remove("mirrored");
    if (!tg) return;
    tell(() => (back ? tg.BackButton.show() : tg.BackButton.hide()));
    tell(() => ("guard" in view.dataset ? tg.enableClosingConfirmation() : tg.disableClosingConfirmation()));
    mainButton = [...view.querySelectorAll("[data-main]")]
      .find((button) => !button.hidden && getComputedStyle(button).display !== "none") || null;
    if (!mainButton) { tell(() => tg.MainButton.hide()); return; }
    const button = mainButton;
    button.classList.add("mirrored");
    tell(() => {
      tg.MainButton.setParams({
        text: button.textContent.trim(), is_visible: true, is_active: !button.disabled, ...coloursOf(button),
      });
      if (button.getAttribute("aria-busy") === "true") tg.MainButton.showProgress(false);
      else tg.MainButton.hideProgress();
    });
  }

  function setBusy(button, busy) {
    if (!button) return;
    button.disabled = busy;
    button.setAttribute("aria-busy", String(busy));
    if (button === mainButton) furnish();
  }

  // --- Talking to the server -----------------------------------------------

  async function problemOf(response) {
    try { return (await response.json()).code || ""; } catch { return ""; }
  }

  let signedIn = null;
  const session = () => (signedIn ??= (onScreen ? redeem() : exchange()).catch((error) => {
    signedIn = null;
    throw error;
  }));

  async function exchange() {
    const saved = store.get("session");
    const good = saved && saved.fingerprint === launch.fingerprint && Date.parse(saved.expires_at) > Date.now() + 5000;
    if (good && launch.fingerprint) return saved;
    if (!launch.initData) throw new Refused("init_data_missing");
    if (launch.fingerprint && store.get("erased") === launch.fingerprint) throw new Refused("token_revoked");
    const response = await fetch(base + "/api/v1/session", {
      method: "POST", headers: { Authorization: "tma " + launch.initData }, credentials: "omit",
    });
    if (response.status === 401) throw new Refused(await problemOf(response));
    if (!response.ok) throw new Answered(response.status, await problemOf(response));
    const fresh = { ...(await response.json()), fingerprint: launch.fingerprint };
    store.set("session", fresh);
    return fresh;
  }

  async function redeem() {
    const link = location.pathname.split("/").pop();
    const saved = store.get("screen");
    if (saved && saved.link === link) return saved;
    const response = await fetch(base + "/api/v1/screen", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: link }), credentials: "omit",
    });
    if (response.status === 410 || response.status === 404) throw new Refused(await problemOf(response));
    if (!response.ok) throw new Answered(response.status, await problemOf(response));
    const fresh = { ...(await response.json()), link };
    store.set("screen", fresh);
    return fresh;
  }

  async function call(method, path, { json, headers, signal } = {}) {
    for (let attempt = 0; ; attempt += 1) {
      const { token } = await session();
      const response = await fetch(path, {
        method,
        signal,
        credentials: "omit",
        cache: "no-store",
        headers: {
          Authorization: "Bearer " + token,
          ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        body: json === undefined ? undefined : JSON.stringify(json),
      });
      if (response.ok) return response;
      const code = await problemOf(response);
      if (response.status !== 401) throw new Answered(response.status, code);
      if (!onScreen) store.set("session", null);
      if (onScreen || attempt > 0 || code === "token_revoked") throw new Refused(code);
      signedIn = null;
    }
  }

  // --- Views ---------------------------------------------------------------

  async function viewPath() {
    if (onScreen) return `${base}/screen/view/${(await session()).login}`;
    return `${home}/view/${page() || "home"}`;
  }

  let clockSkew = 0;
  const now = () => Date.now() + clockSkew;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".view");

  /** Fetches the view that goes with the path and shows it. */
  async function refresh() {
    const path = await viewPath();
    const response = await call("GET", path);
    const view = parse(await response.text());
    if (path !== await viewPath()) return null;
    if (view.dataset.now) clockSkew = Date.parse(view.dataset.now) - Date.now();
    show(view, path);
    offline(false);
    return view;
  }

  let shownPath = null;

  function show(view, path) {
    const old = stage.firstElementChild;
    const same = shownPath === path && old.dataset.view === view.dataset.view && view.querySelector("[data-part]");
    shownPath = path;
    if (same) patch(old, view);
    else swap(old, view);
  }

  function swap(old, view) {
    stage.setAttribute("aria-busy", "false");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const first = old.classList.contains("view--wait");
    const place = () => {
      stage.replaceChildren(view);
      view.classList.add("entering");
      requestAnimationFrame(() => requestAnimationFrame(() => view.classList.remove("entering")));
      scrollTo(0, 0);
      settle(view);
      const field = view.querySelector("[data-focus]");
      const target = field && !field.disabled ? field : view.querySelector("h1:not([hidden])");
      if (target && !(first && target !== field)) target.focus({ preventScroll: true });
      haptic(view.dataset.haptic);
    };
    if (calm || first) { place(); return; }
    old.classList.add("leaving");
    view.pending = setTimeout(place, FADE_MS);
    if (stage.pending) clearTimeout(stage.pending);
    stage.pending = view.pending;
  }

  /** The same view again: only what changed is exchanged. */
  function patch(old, view) {
    old.dataset.version = view.dataset.version;
    for (const part of view.querySelectorAll("[data-part]")) {
      const place = old.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!place || place.outerHTML === part.outerHTML) continue;
      if (part.dataset.part === "code") renew(place, part);
      else {
        place.replaceWith(part);
        if (part.dataset.part === "words" && announcer) announcer.textContent = part.textContent.trim();
      }
    }
    if (view.dataset.haptic && view.dataset.view === "password") haptic(view.dataset.haptic);
    settle(old);
  }

  /** Fades the new code in over the old one. */
  function renew(place, part) {
    for (const name of ["freshUntil", "dim"]) {
      if (name in part.dataset) place.dataset[name] = part.dataset[name];
      else delete place.dataset[name];
    }
    const why = part.querySelector(".code__why");
    if (why) place.querySelector(".code__why").replaceWith(why);
    const card = place.querySelector(".code__card");
    const fresh = part.querySelector(".code__card > svg");
    const stale = [...card.children];
    if (stale.length === 1 && stale[0].outerHTML === fresh.outerHTML) return;
    fresh.classList.add("entering");
    card.append(fresh);
    requestAnimationFrame(() => requestAnimationFrame(() => fresh.classList.remove("entering")));
    setTimeout(() => stale.forEach((svg) => svg.remove()), FADE_MS + 60);
  }

  /** What follows from a view being there. */
  function settle(view) {
    if (view.dataset.view === "password") settlePassword(view);
    dateTimes(view);
    tick();
    furnish();
  }

  let passwordWas = "";
  function settlePassword(view) {
    const state = view.querySelector("[data-state]").dataset.state;
    const field = view.querySelector("#password");
    const checking = state === "checking";
    field.readOnly = checking;
    field.setAttribute("aria-invalid", String(state === "rejected"));
    setBusy(view.querySelector("[data-main]"), checking);
    if (state === "rejected" && passwordWas === "checking") { field.focus(); field.select(); }
    passwordWas = state;
  }

  function dateTimes(place) {
    for (const time of place.querySelectorAll("time[data-when]")) sayWhen(time);
    for (const time of place.querySelectorAll("time[data-exact]")) say(time, { dateStyle: "medium", timeStyle: "medium" });
    for (const time of place.querySelectorAll("time[data-day]")) say(time, { dateStyle: "long" });
  }

  function say(time, style) {
    time.textContent = new Intl.DateTimeFormat(root.lang, style).format(new Date(time.dateTime));
  }

  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  function sayWhen(time) {
    const at = new Date(time.dateTime);
    const exact = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeStyle: "short" }).format(at);
    const seconds = (at - now()) / 1000;
    const near = Math.abs(seconds) < 7 * 86400;
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || ["minute", 60];
    time.title = exact;
    time.textContent = near
      ? new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" }).format(Math.round(seconds / size), unit)
      : exact;
  }

  // --- Time ----------------------------------------------------------------

  const pad = (number) => String(number).padStart(2, "0");
  function left(until) {
    const seconds = Math.max(0, Math.ceil((until - now()) / 1000));
    const minutes = Math.floor(seconds / 60);
    return minutes >= 60
      ? `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}`
      : `${minutes}:${pad(seconds % 60)}`;
  }

  function tick() {
    for (const time of document.querySelectorAll("time[data-until]")) {
      if (!time.dataset.until) continue;
      const text = left(Date.parse(time.dataset.until));
      if (time.textContent !== text) time.textContent = text;
    }
    for (const ring of document.querySelectorAll("[data-from][data-to]")) {
      const from = Date.parse(ring.dataset.from);
      const to = Date.parse(ring.dataset.to);
      const gone = Math.min(1, Math.max(0, (now() - from) / (to - from)));
      ring.style.strokeDashoffset = String(Math.round(gone * 1000));
    }
    for (const code of document.querySelectorAll("[data-fresh-until]")) {
      code.toggleAttribute("data-stale", now() > Date.parse(code.dataset.freshUntil));
    }
    let changed = false;
    for (const [name, hidden] of [["before", true], ["after", false]]) {
      for (const part of document.querySelectorAll(`[data-${name}]`)) {
        const past = now() >= Date.parse(part.dataset[name]);
        const want = past ? hidden : !hidden;
        if (part.hidden !== want) { part.hidden = want; changed = true; }
      }
    }
    if (changed) furnish();
  }
  setInterval(tick, 500);

  // --- Listening -----------------------------------------------------------

  let offlineTimer = null;
  function offline(is) {
    clearTimeout(offlineTimer);
    if (!is) offlineBanner.hidden = true;
    else offlineTimer = setTimeout(() => { offlineBanner.hidden = false; }, 600);
  }

  let follower = null;
  function unfollow() {
    if (follower) follower.abort();
    follower = null;
  }

  /** Keeps the view of a login up to date until it is over. */
  async function follow(id) {
    unfollow();
    const mine = follower = new AbortController();
    const { signal } = mine;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const over = failures < 3 ? await stream(id, signal) : await poll(id, signal);
        if (over || signal.aborted) return;
        if (failures < 3) failures = 0;
        await sleep(300, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused || (error instanceof Answered && error.status < 500)) { fail(error); return; }
        failures += 1;
        offline(true);
        await sleep(Math.min(8000, 400 * 2 ** failures), signal);
      }
    }
  }

  const version = () => Number(stage.firstElementChild.dataset.version || 0);

  /** Shows what is new; says whether there is nothing more to come. */
  async function news(newer) {
    if (newer <= version()) return false;
    const view = await refresh();
    return !view || !("follow" in view.dataset);
  }

  async function stream(id, signal) {
    const quiet = new AbortController();
    const stop = () => quiet.abort();
    signal.addEventListener("abort", stop, { once: true });
    let alarm = setTimeout(stop, SILENCE_MS);
    try {
      const response = await call("GET", `${base}/api/v1/logins/${id}/events`, {
        headers: { "Last-Event-ID": String(version()), Accept: "text/event-stream" }, signal: quiet.signal,
      });
      offline(false);
      if (response.status === 204) { await refresh(); return true; }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let buffer = "";
      for (;;) {
        const { done, value } = await reader.read();
        clearTimeout(alarm);
        alarm = setTimeout(stop, SILENCE_MS);
        if (done) return false;
        buffer += value;
        let end;
        while ((end = buffer.indexOf("\n\n")) >= 0) {
          const event = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          const id_ = /^id: ?(\d+)$/m.exec(event);
          if (id_ && await news(Number(id_[1]))) return true;
        }
      }
    } finally {
      clearTimeout(alarm);
      signal.removeEventListener("abort", stop);
      stop();
    }
  }

  async function poll(id, signal) {
    // The first answer shall come soon: it says that the connection is back.
    const wait = offlineBanner.hidden ? 20 : 1;
    const response = await call("GET", `${base}/api/v1/logins/${id}?wait=${wait}&version=${version()}`, { signal });
    offline(false);
    return news((await response.json()).version);
  }

  function followShown() {
    const view = stage.firstElementChild;
    const wanted = onScreen ? signedIn && "follow" in view.dataset : "follow" in view.dataset;
    if (!wanted) { unfollow(); return; }
    if (onScreen) session().then(({ login }) => follow(login), fail);
    else follow(view.dataset.login);
  }

  // --- Getting about -------------------------------------------------------

  let loading = 0;

  /** Shows what goes with the path, as soon as the server can be reached. */
  async function load(afterwards) {
    const mine = loading += 1;
    unfollow();
    for (let failures = 0; mine === loading; failures += 1) {
      try {
        const view = await refresh();
        if (!view || mine !== loading) return;
        if (afterwards && afterwards(view)) return;
        setTimeout(() => { if (mine === loading) followShown(); }, FADE_MS + 40);
        return;
      } catch (error) {
        if (mine !== loading) return;
        const passing = !(error instanceof Refused) && !(error instanceof Answered && error.status !== 503);
        if (!passing) { fail(error); return; }
        offline(true);
        await sleep(Math.min(8000, 400 * 2 ** failures));
      }
    }
  }

  function go(path, { replace } = {}) {
    history[replace ? "replaceState" : "pushState"](null, "", path + location.hash);
    load();
  }

  function goBack() {
    const dialog = stage.querySelector("dialog[open]");
    if (dialog) dialog.close();
    else go(stage.firstElementChild.dataset.back || home, { replace: true });
  }

  function fromTemplate(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  /** What is shown when there is no going on by itself. */
  function fail(error) {
    unfollow();
    offline(false);
    let view;
    if (onScreen) {
      const used = error instanceof Refused && error.code === "screen_used";
      const unknown = error instanceof Refused && error.code === "screen_unknown";
      view = fromTemplate(used ? "used" : unknown ? "unknown" : "over");
    } else if (error instanceof Refused) {
      const why = error.code === "init_data_missing" ? "missing"
        : error.code === "token_revoked" ? "erased"
        : /forged|malformed|future/.test(error.code) ? "refused" : "stale";
      view = fromTemplate("reopen");
      for (const part of view.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== why;
    } else if (error instanceof Answered && error.status === 404 && page()) {
      go(home, { replace: true });
      return;
    } else {
      view = fromTemplate("trouble");
    }
    loading += 1;
    show(view, null);
  }

  // --- What people do ------------------------------------------------------

  // While a sheet is open, the button below it is not what is asked for.
  function openSheet(dialog) {
    dialog.addEventListener("close", furnish, { once: true });
    dialog.showModal();
    furnish();
  }

  function sayCopied(place, copied) {
    place.querySelector("[data-said]").hidden = !copied;
    place.querySelector("[data-unsaid]").hidden = copied;
  }

  const loginId = () => stage.firstElementChild.dataset.login;

  const actions = {
    go: (button) => go(button.dataset.href || button.getAttribute("href")),
    back: goBack,
    reload: () => load(),
    async begin(button) {
      if (!("anew" in button.dataset)) store.set("relink", "relink" in button.dataset);
      const relink = Boolean(store.get("relink"));
      const response = await call("POST", base + "/api/v1/logins", { json: { anew: "anew" in button.dataset, relink } });
      go(home + "/logins/" + (await response.json()).id, { replace: "anew" in button.dataset });
    },
    async cancel() {
      await call("DELETE", `${base}/api/v1/logins/${loginId()}`);
      await refresh();
    },
    async screen() {
      const response = await call("POST", `${base}/api/v1/logins/${loginId()}/screen`, { json: {} });
      const link = await response.json();
      const dialog = document.getElementById("screen");
      dialog.querySelector("#screen-url").textContent = link.url;
      dialog.querySelector("#screen-left").dataset.until = link.expires_at;
      sayCopied(dialog, false);
      dialog.querySelector('[data-action="share"]').hidden = !navigator.share && !tg;
      tick();
      openSheet(dialog);
    },
    async copy(button) {
      const source = document.getElementById(button.dataset.of);
      const hidden = source.hidden;
      try {
        await navigator.clipboard.writeText(source.textContent);
      } catch {
        // In a frame the clipboard may be closed to us; selecting always works.
        source.hidden = false;
        const range = document.createRange();
        range.selectNodeContents(source);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        const copied = document.execCommand("copy");
        source.hidden = hidden && copied;
        if (!copied) return;
      }
      sayCopied(button, true);
      if (tg) tell(() => tg.HapticFeedback.impactOccurred("light"));
    },
    async save(button) {
      const text = document.getElementById(button.dataset.of).textContent;
      const file = new File([text], button.dataset.name, { type: "text/plain" });
      // Telegram on a phone keeps pages from downloading, but not from sharing.
      if (isPhone && navigator.canShare && navigator.canShare({ files: [file] })) {
        await navigator.share({ files: [file] }).catch(() => {});
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    },
    async share() {
      const url = document.getElementById("screen-url").textContent;
      if (navigator.share) await navigator.share({ url }).catch(() => {});
      else if (tg) tg.openTelegramLink("https://t.me/share/url?url=" + encodeURIComponent(url));
    },
    open() {
      const url = document.getElementById("screen-url").textContent;
      if (tg) tg.openLink(url);
      else window.open(url, "_blank", "noopener");
    },
    async older(button) {
      const response = await call("GET", button.dataset.href);
      const part = parse(await response.text());
      dateTimes(part);
      const entries = [...part.querySelectorAll("[data-entry]")];
      stage.querySelector("[data-entries]").append(...entries);
      stage.querySelector("[data-older]").replaceWith(part.querySelector("[data-older]"));
      if (entries.length) entries[0].querySelector("summary").focus({ preventScroll: true });
    },
    ask: (button) => openSheet(document.getElementById(button.dataset.dialog)),
    dismiss: (button) => button.closest("dialog").close(),
    async unlink(button) {
      await call("DELETE", `${base}/api/v1/accounts/${button.dataset.account}`);
      button.closest("dialog").close();
      haptic("success");
      go(home, { replace: true });
    },
    async erase(button) {
      button.closest("dialog").close();
      const path = await viewPath();
      show(fromTemplate("erasing"), null);
      try {
        const response = await call("POST", path, { json: { confirm: button.dataset.confirm } });
        const receipt = parse(await response.text());
        store.set("session", null);
        store.set("erased", launch.fingerprint);
        show(receipt, null);
      } catch (error) {
        // Whether or not it was done: what is shown next is what holds.
        load();
        throw error;
      }
    },
    leave() {
      if (tg) tg.close();
      else fail(new Refused("token_revoked"));
    },
    reveal(button) {
      const field = document.getElementById("password");
      const reveal = field.type === "password";
      field.type = reveal ? "text" : "password";
      button.setAttribute("aria-pressed", String(reveal));
      field.focus();
    },
    close() {
      if (tg) tg.close();
      else go(home, { replace: true });
    },
    "to-bot"(link) {
      if (tg) tg.openTelegramLink(link.href);
      else window.open(link.href, "_top");
    },
    async password(form) {
      const field = form.elements.namedItem("password");
      const empty = form.querySelector("#password-empty");
      empty.hidden = field.value !== "";
      if (!field.value) { field.focus(); return; }
      const password = field.value;
      const main = form.querySelector("[data-main]");
      setBusy(main, true);
      field.readOnly = true;
      try {
        await call("POST", `${base}/api/v1/logins/${loginId()}/password`, { json: { password } });
        field.type = "password";
        passwordWas = "checking";
        await refresh();
      } finally {
        if (main.isConnected && form.querySelector("[data-state]").dataset.state !== "checking") {
          field.readOnly = false;
          setBusy(main, false);
        }
      }
    },
  };

  async function act(name, element) {
    const button = element.tagName === "BUTTON" ? element : null;
    if (button && button.disabled) return;
    const waits = ["begin", "cancel", "screen", "unlink", "older"].includes(name);
    if (waits) setBusy(button, true);
    try {
      await actions[name](element);
    } catch (error) {
      if (error instanceof Refused) fail(error);
      else if (error instanceof Answered && (error.status === 409 || error.status === 404)) load();
      else if (error instanceof Answered && error.status !== 503) fail(error);
      else { offline(true); setTimeout(() => offline(false), 4000); }
    } finally {
      if (waits && button && button.isConnected) setBusy(button, false);
    }
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-action]");
    if (!element || element.tagName === "FORM") {
      // A press beside a sheet closes it.
      if (event.target.tagName === "DIALOG") event.target.close();
      return;
    }
    // What is on its way out is no longer meant.
    if (element.closest(".leaving")) { event.preventDefault(); return; }
    if (element.tagName === "A" && (event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    act(element.dataset.action, element);
  });
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.target.dataset.action, event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "password") return;
    document.getElementById("password-empty").hidden = true;
    event.target.setAttribute("aria-invalid", "false");
  });
  if (backButton) backButton.addEventListener("click", goBack);
  window.addEventListener("popstate", () => load());

  // A phone that slept has lost its connections without noticing.
  const awake = () => {
    if (document.visibilityState === "visible" && follower) load();
  };
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("online", awake);
  window.addEventListener("pageshow", (event) => { if (event.persisted) load(); });

  // --- Begin ---------------------------------------------------------------

  adopt();
  load((view) => {
    // Someone who comes back in the middle goes on where they were.
    if (onScreen || page()) return false;
    if (view.dataset.running) { go(`${home}/logins/${view.dataset.running}`, { replace: true }); return true; }
    if (launch.start === "link" && !store.get("started")) {
      store.set("started", true);
      go(home + "/link");
      return true;
    }
    return false;
  });
})();
