// The one script of the Mini App and of the page for another screen. It knows
// no words and renders nothing: it fetches views, fades them in, listens for
// changes, and lends Telegram's own buttons to the page. Telegram's apps show
// it in whatever engine the device has: what one lacks that is not from this year
// is done without (the syntax is that of 2018: Chromium 66, WebKit 11.1).
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
  const undoneBanner = document.getElementById("undone");
  const pauseBanner = document.getElementById("pause");
  const FADE_MS = 170;
  const SILENCE_MS = 25000;
  // How long what was looked at because it is shown is not looked at again.
  const GLANCE_MS = 60000;
  // How often it is looked how the account is, where no one tells.
  const LOOK_MS = 20000;
  // How long a page that newer ones took the place of does not listen; whoever
  // looks at it again has it listen at once.
  const REPLACED_MS = 30000;
  // Longer than the server takes for any answer that does not wait.
  const ANSWER_MS = 20000;

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

  // How often the page waits by itself when it asked too often, and how long
  // at most: longer than any budget takes to be there again.
  const PAUSES = 3;
  const PAUSE_MS = 65000;

  // --- How it was opened ---------------------------------------------------

  // Telegram hands everything over in the fragment; a reload may lose it.
  const launch = (() => {
    const params = new URLSearchParams(location.hash.slice(1));
    const names = ["tgWebAppData", "tgWebAppThemeParams", "tgWebAppPlatform", "tgWebAppStartParam"];
    if (params.has("tgWebAppData")) {
      const fresh = {};
      for (const name of names) fresh[name] = params.get(name);
      store.set("launch", fresh);
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

  // The account is the person's own, so their picture is its: as Telegram hands it
  // over, if it does.
  const photo = (() => {
    try {
      const url = JSON.parse(new URLSearchParams(launch.initData).get("user")).photo_url;
      return /^https:\/\//.test(url) ? url : "";
    } catch { return ""; }
  })();

  /** Puts the person's picture over their initials, once it is there. */
  function showPhoto(view) {
    if (!photo) return;
    for (const avatar of view.querySelectorAll("[data-avatar]")) {
      const picture = new Image();
      picture.alt = "";
      picture.referrerPolicy = "no-referrer";
      picture.addEventListener("load", () => avatar.append(picture));
      picture.src = photo;
    }
  }

  const isPhone = /^(android|android_x|ios)$/.test(launch.platform)
    || (!/^(tdesktop|macos|unigram)$/.test(launch.platform)
      && matchMedia("(pointer: coarse)").matches && Math.min(screen.width, screen.height) < 600);
  root.dataset.device = isPhone ? "phone" : "desktop";

  let worn = [];
  function dress(params) {
    if (!params || typeof params !== "object") return;
    // What a theme says nothing of is not as in the one before.
    for (const name of worn) root.style.removeProperty(name);
    worn = [];
    for (const [name, value] of Object.entries(params)) {
      if (/^[a-z_]+$/.test(name) && /^#[0-9a-f]{3,8}$/i.test(value)) {
        worn.push("--tg-theme-" + name.replace(/_/g, "-"));
        root.style.setProperty(worn[worn.length - 1], value);
      }
    }
    const bg = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(params.bg_color || "");
    if (bg) {
      const [r, g, b] = bg.slice(1).map((part) => parseInt(part, 16));
      root.dataset.scheme = 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
    }
    readable = sesameColours.apply(root);
  }

  // The colours of buttons as they can be read, for Telegram's own.
  let readable = null;
  try { if (!onScreen) dress(JSON.parse(launch.theme)); } catch { /* the page has colours of its own */ }
  readable = sesameColours.apply(root);
  const darkness = matchMedia("(prefers-color-scheme: dark)");
  const redress = () => { readable = sesameColours.apply(root); if (tg) furnish(); };
  if (darkness.addEventListener) darkness.addEventListener("change", redress);

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
    tell(() => tg.setBottomBarColor("secondary_bg_color"));
    tell(() => tg.onEvent("themeChanged", () => { dress(tg.themeParams); furnish(); }));
    tell(() => tg.onEvent("activated", () => awake()));
    furnish();
  }

  window.addEventListener("message", (event) => {
    if (window.parent === window || event.source !== window.parent) return;
    let message = event.data;
    try { if (typeof message === "string") message = JSON.parse(message); } catch { return; }
    if (!message || typeof message.eventType !== "string") return;
    if (message.eventType === "theme_changed" && message.eventData) {
      dress(message.eventData.theme_params);
      if (tg) furnish();
    }
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
    if (!readable) return {};
    const danger = button.classList.contains("button--danger");
    return danger
      ? { color: readable.danger, text_color: readable.onDanger }
      : { color: readable.accent, text_color: readable.onAccent };
  }

  /** Whether something is lost when the app is closed now: what was typed, or a receipt. */
  function losesOnClosing(view) {
    const field = view.querySelector("input[data-answer]");
    return "guard" in view.dataset || Boolean(field && field.value);
  }

  /** Has Telegram ask before it closes the app, where that loses something. */
  function guardClosing(view) {
    if (tg) tell(() => (losesOnClosing(view) ? tg.enableClosingConfirmation() : tg.disableClosingConfirmation()));
  }

  /** Fits the buttons around the page to the view in it. */
  function furnish() {
    const view = stage.firstElementChild;
    const back = view.dataset.back;
    if (backButton) backButton.hidden = !back || Boolean(tg);
    if (tg && view.querySelector("dialog[open]")) { tell(() => tg.MainButton.hide()); return; }
    for (const button of view.querySelectorAll(".mirrored")) button.classList.remove("mirrored");
    if (!tg) { settleFooter(view); return; }
    tell(() => (back ? tg.BackButton.show() : tg.BackButton.hide()));
    guardClosing(view);
    mainButton = [...view.querySelectorAll("[data-main]")]
      .find((button) => !button.hidden && getComputedStyle(button).display !== "none") || null;
    if (mainButton) mainButton.classList.add("mirrored");
    settleFooter(view);
    if (!mainButton) { tell(() => tg.MainButton.hide()); return; }
    const button = mainButton;
    tell(() => {
      tg.MainButton.setParams({
        text: button.textContent.trim(), is_visible: true, is_active: !button.disabled, ...coloursOf(button),
      });
      if (button.getAttribute("aria-busy") === "true") tg.MainButton.showProgress(false);
      else tg.MainButton.hideProgress();
    });
  }

  /** A footer in which nothing is to be seen takes no room. */
  function settleFooter(view) {
    const footer = view.querySelector(".actions");
    if (!footer) { view.classList.add("unfooted"); return; }
    footer.classList.remove("empty");
    const empty = [...footer.children].every((it) => getComputedStyle(it).display === "none");
    footer.classList.toggle("empty", empty);
    view.classList.toggle("unfooted", empty);
  }

  // A button that is busy cannot keep the focus: it is given back, unless it is
  // elsewhere by then.
  let unfocused = null;
  document.addEventListener("focusin", () => { unfocused = null; });
  const focused = () => (document.activeElement === document.body ? unfocused : document.activeElement);

  function setBusy(button, busy) {
    if (!button) return;
    if (busy && button === document.activeElement) unfocused = button;
    button.disabled = busy;
    button.setAttribute("aria-busy", String(busy));
    if (button === mainButton) furnish();
    if (!busy && button === focused()) button.focus({ preventScroll: true });
  }

  // --- Talking to the server -----------------------------------------------

  /** Whether trying again by itself may help: no answer, or one from a server that is busy or away. */
  const passing = (error) => !(error instanceof Refused)
    && !(error instanceof Answered && ![429, 502, 503, 504].includes(error.status));

  /**
   * Asks, and gives an answer up that does not come. Answers are read to their
   * end, since that can be lost too, unless they are `streamed`.
   */
  async function ask(method, path, { json, headers, signal, limit = ANSWER_MS, streamed } = {}) {
    const given = new AbortController();
    const stop = () => given.abort();
    const timer = setTimeout(stop, limit);
    if (signal && signal.aborted) stop();
    if (signal) signal.addEventListener("abort", stop, { once: true });
    try {
      const response = await fetch(base + path, {
        method,
        signal: given.signal,
        credentials: "omit",
        cache: "no-store",
        headers: { ...(json === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
        body: json === undefined ? undefined : JSON.stringify(json),
      });
      const { ok, status, body } = response;
      if (ok && streamed) return { ok, status, body };
      const text = await response.text();
      const after = 1000 * (Number(response.headers.get("Retry-After")) || 0);
      return { ok, status, text, after, json: () => JSON.parse(text) };
    } finally {
      clearTimeout(timer);
      if (signal && !streamed) signal.removeEventListener("abort", stop);
    }
  }

  let pausing = 0;
  /** Asks; where that was too often, again when the server says so. */
  async function askInTime(method, path, options = {}) {
    for (let pauses = 0; ; pauses += 1) {
      const response = await ask(method, path, options);
      if (response.status !== 429 || pauses === PAUSES) return response;
      pausing += 1;
      pauseBanner.hidden = false;
      try {
        await sleep(Math.min(PAUSE_MS, Math.max(1000, response.after)), options.signal);
      } finally {
        pausing -= 1;
        if (!pausing) pauseBanner.hidden = true;
      }
    }
  }

  function problemOf(response) {
    try { return response.json().code || ""; } catch { return ""; }
  }

  let signedIn = null;
  function session() {
    if (!signedIn) {
      signedIn = (onScreen ? redeem() : exchange()).catch((error) => {
        signedIn = null;
        throw error;
      });
    }
    return signedIn;
  }

  async function exchange() {
    // How old it is, the server says: its clock is right, the phone's may not be.
    const saved = store.get("session");
    if (saved && saved.fingerprint === launch.fingerprint && launch.fingerprint) return saved;
    if (!launch.initData) throw new Refused("init_data_missing");
    if (launch.fingerprint && store.get("erased") === launch.fingerprint) throw new Refused("token_revoked");
    const response = await askInTime("POST", "/api/v1/session", { headers: { Authorization: "tma " + launch.initData } });
    if (response.status === 401) throw new Refused(problemOf(response));
    if (!response.ok) throw new Answered(response.status, problemOf(response));
    const fresh = { ...response.json(), fingerprint: launch.fingerprint };
    store.set("session", fresh);
    return fresh;
  }

  async function redeem() {
    const link = location.pathname.split("/").pop();
    const saved = store.get("screen");
    if (saved && saved.link === link) return saved;
    const response = await askInTime("POST", "/api/v1/screen", { json: { token: link } });
    if (response.status === 410 || response.status === 404) throw new Refused(problemOf(response));
    if (!response.ok) throw new Answered(response.status, problemOf(response));
    const fresh = { ...response.json(), link };
    store.set("screen", fresh);
    return fresh;
  }

  async function call(method, path, options = {}) {
    for (let attempt = 0; ; attempt += 1) {
      const { token } = await session();
      const headers = { Authorization: "Bearer " + token, ...options.headers };
      const response = await askInTime(method, path, { ...options, headers });
      if (response.ok) return response;
      const code = problemOf(response);
      if (response.status !== 401) throw new Answered(response.status, code);
      if (!onScreen) store.set("session", null);
      if (code === "token_revoked") store.set("erased", launch.fingerprint);
      if (onScreen || attempt > 0 || code === "token_revoked") throw new Refused(code);
      signedIn = null;
    }
  }

  // --- Views ---------------------------------------------------------------

  async function viewPath() {
    if (onScreen) return "/screen/view/" + (await session()).login;
    return "/app/view/" + (page() || "home");
  }

  let clockSkew = 0;
  const now = () => Date.now() + clockSkew;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".view");

  /**
   * Fetches the view that goes with the path and shows it, unless it is there
   * already; answers the one that counts.
   */
  async function refresh() {
    const path = await viewPath();
    const mine = asked += 1;
    const { text } = await call("GET", path);
    const view = parse(text);
    if (path !== await viewPath()) return null;
    if (isOvertaken(view, path, mine)) return shown;
    if (view.dataset.now) clockSkew = Date.parse(view.dataset.now) - Date.now();
    const content = text.replace(/ data-now="[^"]*"/, "");
    tellChecked(view, path);
    if (path !== shownPath || content !== shownContent) show(view, path);
    else {
      dateTimes(shown);
      tellChecked(shown, path);
    }
    shownContent = content;
    answered = Math.max(answered, mine);
    offline(false);
    return view;
  }

  // What came of the last check, and on which view it is said.
  let checked = null;

  /** Says it on a view, each time that it is drawn anew; whether there is a place for it. */
  function tellChecked(view, path) {
    if (checked && checked.path !== path) checked = null;
    if (!checked) return false;
    const said = view.querySelector(checked.told ? "[data-checked]" : "[data-unchecked]");
    if (said) said.hidden = false;
    return Boolean(said);
  }

  // The view that is shown, or will be once the one before it has faded, and as
  // the server wrote it; of one that is not the server's, nothing.
  let shown = stage.firstElementChild;
  let shownPath = null;
  let shownContent = null;

  const version = () => Number(shown.dataset.version || 0);

  // Several ask for a view at once: what someone does, what listens, a page that
  // comes back. How often it was asked for, and the latest time that was answered.
  let asked = 0;
  let answered = 0;

  /**
   * Whether an answer was on its way for longer than one that is shown, and says
   * what was before. How a login stands is numbered; of the rest, what was asked
   * for later is newer.
   */
  function isOvertaken(view, path, mine) {
    const its = Number(view.dataset.version || 0);
    return path === shownPath && its !== version() ? its < version() : mine < answered;
  }

  function show(view, path) {
    const same = shownPath === path && shown.dataset.view === view.dataset.view && view.querySelector("[data-part]");
    shownPath = path;
    // What the page says by itself, no answer to an earlier question replaces.
    if (path === null) answered = asked + 1;
    if (same) { patch(shown, view); return; }
    shown = view;
    swap(stage.firstElementChild, view);
  }

  function swap(old, view) {
    stage.setAttribute("aria-busy", "false");
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const first = old.classList.contains("view--wait");
    // The one before fades away over the new one: at no time there is nothing.
    for (const gone of [...stage.children]) if (gone !== old || calm || first) gone.remove();
    if (old.isConnected) {
      old.style.top = `${old.offsetTop - pageYOffset}px`;
      old.classList.add("leaving");
      old.setAttribute("aria-hidden", "true");
      for (const named of old.querySelectorAll("[id]")) named.removeAttribute("id");
    }
    stage.prepend(view);
    view.classList.add("entering");
    requestAnimationFrame(() => requestAnimationFrame(() => {
      view.classList.remove("entering");
      old.classList.add("gone");
      // A slow device draws late: until the new one is whole, the old one stays.
      setTimeout(() => old.remove(), 2 * FADE_MS);
    }));
    scrollTo(0, 0);
    settle(view);
    const field = view.querySelector("[data-focus]");
    const target = field && !field.disabled ? field : view.querySelector("h1:not([hidden])");
    if (target && !(first && target !== field)) target.focus({ preventScroll: true });
    showPhoto(view);
    haptic(view.dataset.haptic);
  }

  /** The same view again: only what changed is exchanged. */
  function patch(old, view) {
    for (const name of ["version", "look", "state", "job", "tag"]) {
      if (name in view.dataset) old.dataset[name] = view.dataset[name];
      else delete old.dataset[name];
    }
    dateTimes(view);
    sesameCopies.fill(view);
    for (const part of view.querySelectorAll("[data-part]")) {
      const place = old.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!place || place.outerHTML === part.outerHTML) continue;
      if (part.dataset.part === "code") renew(place, part);
      // Who reads the details of something goes on reading.
      else if (place.querySelector("details[open]:not([data-open])")) continue;
      else {
        const at = [...place.querySelectorAll("a, button")].indexOf(focused());
        place.replaceWith(part);
        showPhoto(part);
        const heir = at < 0 ? null : part.querySelectorAll("a, button")[at];
        if (heir) heir.focus({ preventScroll: true });
        if (part.dataset.part === "words" && announcer) announcer.textContent = part.textContent.trim();
      }
    }
    if (view.dataset.haptic && view.querySelector("[data-answer]")) haptic(view.dataset.haptic);
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
    if (view.querySelector("[data-answer]")) settleAnswer(view);
    for (const part of view.querySelectorAll("[data-contact]")) part.hidden = !canShareContact();
    dateTimes(view);
    tick();
    furnish();
    if (view.dataset.look) glance(view.dataset.look);
    sesameChats.begin(view, chatsPage);
    sesameCopies.settle(view, copiesPage);
  }

  // What the list of chats needs of this page.
  const chatsPage = {
    call, parse, passing, picture, fail,
    dress: dateTimes,
    dressed() { tick(); furnish(); },
    announce(words) { if (announcer) announcer.textContent = words; },
  };

  // What copies of chats need of this page.
  const copiesPage = { call, parse, picture, setBusy, load: () => load(), telegram: () => tg };

  /** A picture that only its person may see, as an address that shows it. */
  async function picture(path) {
    const { token } = await session();
    const response = await fetch(base + path, { credentials: "omit", headers: { Authorization: "Bearer " + token } });
    if (!response.ok) throw new Answered(response.status, "");
    const file = await response.blob();
    return new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.onerror = failed;
      reader.readAsDataURL(file);
    });
  }

  let glancedAt = 0;
  /** Has the account looked at because it is shown; what comes of it is shown then. */
  async function glance(id) {
    if (Date.now() - glancedAt < GLANCE_MS) return;
    glancedAt = Date.now();
    try {
      const { token } = await session();
      const headers = { Authorization: "Bearer " + token };
      const { ok } = await ask("POST", `/api/v1/accounts/${id}/check?shown=true`, { headers });
      if (ok && stage.firstElementChild.dataset.look === id) await refresh();
    } catch { /* It is looked at again by itself. */ }
  }

  // A form that asks for an answer, and how its last one fared.
  let answerWas = "";
  let isVoid = false;
  const stateOf = (place) => place.querySelector("[data-state]").dataset.state;

  /** Lets an answer be given, or not: one is on its way or looked at, or comes too late. */
  function holdAnswer(form, state) {
    form.querySelector("[data-answer]").readOnly = state === "checking" || state === "expired";
    setBusy(form.querySelector("[data-main]"), state === "checking");
  }

  function settleAnswer(view) {
    const state = stateOf(view);
    const field = view.querySelector("[data-answer]");
    const checking = state === "checking";
    const unsent = view.querySelector('[data-said="unsent"]');
    if (unsent && !unsent.hidden) sayOf(field.form, checking ? "" : "unsent");
    field.setAttribute("aria-invalid", String(state === "rejected" || state === "expired"));
    holdAnswer(field.form, state);
    if (state === "rejected" && answerWas === "checking") { field.focus(); field.select(); }
    // Another code was sent: what was typed of the one before is of no use.
    if (state === "asking" && isVoid) { field.value = ""; field.focus(); }
    if (!checking) isVoid = state === "expired";
    answerWas = state;
  }

  function dateTimes(place) {
    for (const time of place.querySelectorAll("time[data-when]")) sayWhen(time);
    for (const time of place.querySelectorAll("time[data-listed]")) sayListed(time);
    for (const time of place.querySelectorAll("time[data-exact]")) say(time, { dateStyle: "medium", timeStyle: "medium" });
    for (const time of place.querySelectorAll("time[data-day]")) say(time, { dateStyle: "long" });
  }

  // Without these, the words of the server stay: the same moment in UTC.
  const canSay = typeof Intl === "object" && "DateTimeFormat" in Intl;

  // Dates are written as the device writes them. What is said in words of how long
  // ago it was is in the language of the view, which is its person's.
  const languageOf = (time) => time.closest("[lang]").lang;

  function say(time, style) {
    if (canSay) time.textContent = new Intl.DateTimeFormat(undefined, style).format(new Date(time.dateTime));
  }

  const units = [["day", 86400], ["hour", 3600], ["minute", 60]];
  function sayWhen(time) {
    if (!canSay) return;
    const at = new Date(time.dateTime);
    const language = languageOf(time);
    const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(at);
    const seconds = (at - now()) / 1000;
    const near = "RelativeTimeFormat" in Intl && Math.abs(seconds) < 7 * 86400;
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) || ["minute", 60];
    time.title = exact;
    time.textContent = near
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(seconds / size), unit)
      : exact;
  }

  /** As lists of chats say it: the time of today, the day of this week, or the date. */
  function sayListed(time) {
    if (!canSay) return;
    const at = new Date(time.dateTime);
    const today = new Date(now());
    const days = (today - at) / 86400000;
    const style = at.toDateString() === today.toDateString() ? { timeStyle: "short" }
      : days > 0 && days < 6 ? { weekday: "short" }
      : { dateStyle: "short" };
    time.title = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" }).format(at);
    say(time, style);
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
      if (now() > Date.parse(code.dataset.freshUntil)) code.setAttribute("data-stale", "");
      else code.removeAttribute("data-stale");
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

  // Where an answer cannot be read while it comes, asking again does as well.
  const canStream = "TextDecoder" in window && "ReadableStream" in window
    && typeof Response === "function" && "body" in Response.prototype;

  /** Tries to hear of what is new, again and again, until there is nothing more to come. */
  async function keepUp(attempt) {
    unfollow();
    const mine = follower = new AbortController();
    const { signal } = mine;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const over = await attempt(signal, canStream && failures < 3);
        if (over === true || signal.aborted) return;
        if (failures < 3) failures = 0;
        await sleep(over === "replaced" ? REPLACED_MS : 300, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof Refused || (error instanceof Answered && error.status < 500)) { fail(error); return; }
        failures += 1;
        offline(true);
        await sleep(Math.min(8000, 400 * 2 ** failures), signal);
      }
    }
  }

  /** Keeps the view of a login up to date until it is over. */
  function follow(id) {
    const heard = (tag) => news(Number(tag));
    return keepUp((signal, streams) => (streams
      ? stream(`/api/v1/logins/${id}/events`, String(version()), signal, heard)
      : poll(id, signal)));
  }

  /** Keeps a view up to date that shows how the account is. */
  function followAccount() {
    const known = () => stage.firstElementChild.dataset.state || "";
    const heard = async (tag) => {
      if (tag !== known()) await refresh();
      return !known();
    };
    return keepUp(async (signal, streams) => {
      if (streams) return stream("/api/v1/me/events", known(), signal, heard);
      // The first answer shall come soon: it says that the connection is back.
      await sleep(offlineBanner.hidden ? LOOK_MS : 1000, signal);
      if (!signal.aborted) await refresh();
      return !known();
    });
  }


  /** Keeps a view up to date that shows how far a job is, and the next job, until there is none. */
  function followJob() {
    return keepUp(async (signal, streams) => {
      const { job, tag } = shown.dataset;
      if (!job) return true;
      const heard = async (newer) => {
        if (newer !== shown.dataset.tag) await refresh();
        return shown.dataset.job !== job;
      };
      const over = await (streams
        ? stream(`/api/v1/jobs/${job}/events`, tag, signal, heard)
        : pollJob(job, signal, heard));
      return over === true ? !shown.dataset.job : over;
    });
  }

  async function pollJob(job, signal, heard) {
    const wait = offlineBanner.hidden ? 20 : 1;
    const path = `/api/v1/jobs/${job}?wait=${wait}&known=${shown.dataset.tag}`;
    const response = await call("GET", path, { signal, limit: ANSWER_MS + wait * 1000 });
    offline(false);
    return heard(response.json().tag);
  }

  /** Shows what is new; says whether there is nothing more to come. */
  async function news(newer) {
    if (newer <= version()) return false;
    const view = await refresh();
    return !view || !("follow" in view.dataset);
  }

  /** Listens until there is nothing more to come (`true`), or the connection ends. */
  async function stream(path, known, signal, heard) {
    const quiet = new AbortController();
    const stop = () => quiet.abort();
    signal.addEventListener("abort", stop, { once: true });
    let alarm = setTimeout(stop, SILENCE_MS);
    try {
      const response = await call("GET", path, {
        headers: { "Last-Event-ID": known, Accept: "text/event-stream" },
        signal: quiet.signal,
        streamed: true,
      });
      offline(false);
      if (response.status === 204) { await refresh(); return true; }
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let buffer = "";
      for (;;) {
        const { done, value } = await reader.read();
        clearTimeout(alarm);
        alarm = setTimeout(stop, SILENCE_MS);
        if (done) return false;
        buffer += decoder.decode(value, { stream: true });
        let end;
        while ((end = buffer.indexOf("\n\n")) >= 0) {
          const event = buffer.slice(0, end);
          buffer = buffer.slice(end + 2);
          // Newer pages of the same person took its place.
          if (/^event: ?replaced$/m.test(event)) return "replaced";
          const tag = /^id: ?(\w+)$/m.exec(event);
          if (tag && await heard(tag[1])) return true;
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
    const path = `/api/v1/logins/${id}?wait=${wait}&version=${version()}`;
    const response = await call("GET", path, { signal, limit: ANSWER_MS + wait * 1000 });
    offline(false);
    return news(response.json().version);
  }

  function followShown() {
    const view = shown;
    if (view.dataset.state) { followAccount(); return; }
    if (view.dataset.job) { followJob(); return; }
    const wanted = onScreen ? signedIn && "follow" in view.dataset : "follow" in view.dataset;
    if (!wanted) { unfollow(); return; }
    if (onScreen) session().then(({ login }) => follow(login), fail);
    else follow(view.dataset.login);
  }

  // --- Getting about -------------------------------------------------------

  let loading = 0;
  let underWay = false;
  let whenShown = null;

  /** Shows what goes with the path, as soon as the server can be reached. */
  async function load(afterwards) {
    const mine = loading += 1;
    underWay = true;
    whenShown = afterwards || null;
    unfollow();
    for (let failures = 0; mine === loading; failures += 1) {
      try {
        const view = await refresh();
        if (!view || mine !== loading) return;
        underWay = false;
        whenShown = null;
        if (afterwards && afterwards(view)) return;
        setTimeout(() => { if (mine === loading) followShown(); }, FADE_MS + 40);
        return;
      } catch (error) {
        if (mine !== loading) return;
        if (!passing(error)) { fail(error); return; }
        offline(true);
        await sleep(Math.min(8000, 400 * 2 ** failures));
      }
    }
  }

  /** How many pages of the app lie behind this one. */
  const depth = () => (history.state && history.state.depth) || 0;

  function go(path, { replace } = {}) {
    const state = { depth: replace ? depth() : depth() + 1 };
    history[replace ? "replaceState" : "pushState"](state, "", path + location.hash);
    undone(false);
    load();
  }

  /** To where one came from; who came from nowhere, to what lies above. */
  function goBack() {
    const dialog = stage.querySelector("dialog[open]");
    if (dialog) closeSheet(dialog);
    else if (depth() > 0) history.back();
    else go(shown.dataset.back || home, { replace: true });
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
        : error.code === "init_data_unsigned" ? "unsigned"
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
    underWay = false;
    show(view, null);
  }

  /** Says that what was asked for was not done, until the person does something else. */
  function undone(is) {
    if (undoneBanner) undoneBanner.hidden = !is;
  }

  // --- What people do ------------------------------------------------------

  // While a sheet is open, the button below it is not what is asked for.
  function openSheet(dialog) {
    // A button that was busy until now had no focus that the browser could give back.
    const opener = focused();
    dialog.addEventListener("close", () => {
      furnish();
      if (document.activeElement === document.body && opener) opener.focus({ preventScroll: true });
    }, { once: true });
    if (dialog.showModal) dialog.showModal();
    else {
      dialog.classList.add("sheet--plain");
      dialog.setAttribute("open", "");
    }
    furnish();
  }

  function closeSheet(dialog) {
    if (dialog.close) { dialog.close(); return; }
    dialog.removeAttribute("open");
    furnish();
  }

  function sayCopied(place, copied) {
    place.querySelector("[data-said]").hidden = !copied;
    place.querySelector("[data-unsaid]").hidden = copied;
  }

  /** Says one of the things that a form may have to say by itself, and no other. */
  function sayOf(form, what) {
    for (const said of form.querySelectorAll("[data-said]")) {
      if (said.getAttribute("role")) said.hidden = said.dataset.said !== what;
    }
    // What the server said of the answer before is of no use where this one was not sent.
    for (const usual of form.querySelectorAll('[data-part="said"]')) usual.hidden = what === "unsent";
  }

  /** Hands an answer in, and shows how it fares. */
  async function submit(form, json) {
    const field = form.querySelector("[data-answer]");
    holdAnswer(form, "checking");
    try {
      await call("POST", `/api/v1/logins/${loginId()}/${form.dataset.field}`, { json });
      if (form.dataset.field === "password") field.type = "password";
      answerWas = "checking";
      await refresh();
    } catch (error) {
      // It is still in its field: the person says whether it is sent again.
      if (passing(error)) sayOf(form, "unsent");
      if (!(error instanceof Answered && error.status === 422)) throw error;
      sayOf(form, json.contact ? "not-shared" : "malformed");
      field.setAttribute("aria-invalid", "true");
      field.focus();
    } finally {
      holdAnswer(form, stateOf(form));
    }
  }

  // How long Telegram's app is waited for when it is to share a contact: a person
  // reads what it asks.
  const CONTACT_MS = 120000;

  const canShareContact = () => Boolean(tg && typeof tg.requestContact === "function"
    && typeof tg.isVersionAtLeast === "function" && tg.isVersionAtLeast("6.9"));

  /** The person's contact as Telegram signed it; nothing, if they keep it to themselves. */
  function sharedContact() {
    return new Promise((done) => {
      const timer = setTimeout(() => done(""), CONTACT_MS);
      const answer = (shared, said) => {
        clearTimeout(timer);
        done(shared && said && typeof said.response === "string" ? said.response : "");
      };
      tell(() => tg.requestContact(answer));
    });
  }

  let written = 0;
  /** Says how a number is written that is being typed. */
  async function sayWritten(field) {
    const place = field.form.querySelector("[data-written]");
    const mine = written += 1;
    const typed = field.value;
    place.textContent = "";
    if (typed.replace(/\D/g, "").length < 7) return;
    await sleep(250);
    if (mine !== written) return;
    try {
      const said = (await call("POST", "/api/v1/phone-number", { json: { number: typed } })).json();
      if (mine === written) place.textContent = [said.country, said.national].filter(Boolean).join(" · ");
    } catch { /* not whole yet, or not now */ }
  }

  const loginId = () => shown.dataset.login;

  const actions = {
    go(button) {
      if (button.dataset.chat) sesameCopies.remember(button);
      go(button.dataset.href || button.getAttribute("href"));
    },
    back: goBack,
    reload: () => load(),
    async begin(button) {
      if (!("anew" in button.dataset)) store.set("relink", "relink" in button.dataset);
      const relink = Boolean(store.get("relink"));
      const { method } = button.dataset;
      const json = { anew: "anew" in button.dataset, relink, ...(method && { method }) };
      const login = (await call("POST", "/api/v1/logins", { json })).json();
      const to = login.method === "qr" ? button.dataset.to || "" : "";
      // What was said before it is over: one does not come back to it.
      go(`${home}/logins/${login.id}${to}`, { replace: true });
    },
    async cancel() {
      await call("DELETE", "/api/v1/logins/" + loginId());
      await refresh();
    },
    async screen() {
      const response = await call("POST", `/api/v1/logins/${loginId()}/screen`, { json: {} });
      const link = response.json();
      const dialog = document.getElementById("screen");
      dialog.querySelector("#screen-url").textContent = link.url;
      dialog.querySelector("#screen-left").dataset.until = link.expires_at;
      sayCopied(dialog, false);
      dialog.querySelector('[data-action="share"]').hidden = !navigator.share && !tg;
      tick();
      openSheet(dialog);
    },
    async "send-link"() {
      const told = (what) => {
        for (const said of stage.querySelectorAll("[data-told]")) said.hidden = said.dataset.told !== what;
      };
      told("");
      try {
        await call("POST", `/api/v1/logins/${loginId()}/screen/chat`, { json: {} });
        told("sent");
        haptic("success");
      } catch (error) {
        if (!(error instanceof Answered && error.code === "chat_closed")) throw error;
        told("closed");
      }
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
      const type = { type: "text/plain" };
      const file = typeof File === "function" ? new File([text], button.dataset.name, type) : new Blob([text], type);
      // Telegram on a phone keeps pages from downloading, but not from sharing.
      if (isPhone && navigator.canShare && navigator.canShare({ files: [file] })) {
        await navigator.share({ files: [file] }).catch(() => {});
        return;
      }
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = button.dataset.name;
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
      const { text } = await call("GET", button.dataset.href.slice(base.length));
      const part = parse(text);
      dateTimes(part);
      const entries = [...part.querySelectorAll("[data-entry]")];
      stage.querySelector("[data-entries]").append(...entries);
      stage.querySelector("[data-older]").replaceWith(part.querySelector("[data-older]"));
      if (entries.length) entries[0].querySelector("summary, a").focus({ preventScroll: true });
    },
    "save-copy": (form) => sesameCopies.begin(form, copiesPage),
    "retry-copy": (button) => sesameCopies.retry(button, copiesPage),
    "send-copy": (button) => sesameCopies.send(button, copiesPage),
    "keep-copy": (button) => sesameCopies.keepUpToDate(button, copiesPage),
    "fetch-copy": (button) => sesameCopies.fetch(button, copiesPage),
    async "cancel-job"(button) {
      await call("DELETE", "/api/v1/jobs/" + button.dataset.job);
      await refresh();
    },
    "ask-remove"(button) {
      const dialog = document.getElementById("remove");
      dialog.querySelector("[data-action=remove-copy]").dataset.export = button.dataset.export;
      openSheet(dialog);
    },
    async "remove-copy"(button) {
      const id = button.dataset.export;
      await call("DELETE", "/api/v1/exports/" + id);
      closeSheet(button.closest("dialog"));
      haptic("success");
      if (button.dataset.then === "list") { go(home + "/copies", { replace: true }); return; }
      // Those that were shown beyond the first ones are not asked for again.
      for (const it of stage.querySelectorAll(`[data-entries] [data-export="${id}"]`)) it.closest("[data-entry]").remove();
      await load();
    },
    "find-chats": () => sesameChats.find(),
    "more-chats": () => sesameChats.next(),
    ask: (button) => openSheet(document.getElementById(button.dataset.dialog)),
    dismiss: (button) => closeSheet(button.closest("dialog")),
    async check(button) {
      let told = true;
      try {
        await call("POST", `/api/v1/accounts/${button.dataset.account}/check`);
      } catch (error) {
        if (!(error instanceof Answered && error.code === "not_checked")) throw error;
        told = false;
      }
      const path = await viewPath();
      checked = { path, told };
      const view = await refresh();
      // One that is dead says so by itself.
      if (view && told) haptic(tellChecked(view, path) ? "success" : "error");
    },
    async unlink(button) {
      await call("DELETE", "/api/v1/accounts/" + button.dataset.account);
      closeSheet(button.closest("dialog"));
      loading += 1;
      underWay = false;
      unfollow();
      show(fromTemplate("unlinked"), null);
    },
    async erase(button) {
      closeSheet(button.closest("dialog"));
      const path = await viewPath();
      show(fromTemplate("erasing"), null);
      const { text } = await call("POST", path, { json: { confirm: button.dataset.confirm } });
      store.set("session", null);
      store.set("erased", launch.fingerprint);
      show(parse(text), null);
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
    home: () => go(home, { replace: true }),
    close() {
      if (tg) tg.close();
      else go(home, { replace: true });
    },
    "to-bot"(link) {
      if (tg) tg.openTelegramLink(link.href);
      else window.open(link.href, "_top");
    },
    answer(form) {
      const field = form.elements.namedItem(form.dataset.field);
      sayOf(form, field.value ? "" : "empty");
      if (!field.value) { field.focus(); return undefined; }
      return submit(form, { [form.dataset.field]: field.value });
    },
    async contact(button) {
      const form = button.form || stage.querySelector("form");
      const contact = await sharedContact();
      sayOf(form, contact ? "" : "not-shared");
      if (contact) await submit(form, { contact });
      else form.querySelector("[data-answer]").focus();
    },
    async "another-code"() {
      await call("POST", `/api/v1/logins/${loginId()}/code/resend`, { json: {} });
      await refresh();
    },
    async "another-number"() {
      await call("DELETE", `/api/v1/logins/${loginId()}/number`);
      await refresh();
    },
    visit(link) {
      if (link.protocol === "mailto:") location.href = link.href;
      else if (!tg) window.open(link.href, "_blank", "noopener");
      else if (link.host === "t.me") tg.openTelegramLink(link.href);
      else tg.openLink(link.href);
    },
  };

  async function act(name, element) {
    const button = element.tagName === "BUTTON" ? element : null;
    if (button && button.disabled) return;
    const waits = ["begin", "cancel", "check", "screen", "unlink", "older", "another-code", "another-number", "contact", "send-link", "retry-copy", "fetch-copy", "cancel-job", "remove-copy"]
      .includes(name);
    if (waits) setBusy(button, true);
    undone(false);
    try {
      await actions[name](element);
    } catch (error) {
      notDone(error);
    } finally {
      if (waits && button && button.isConnected !== false) setBusy(button, false);
    }
  }

  /** What was asked for was not done, or no one knows: what is shown next is what holds. */
  function notDone(error) {
    for (const dialog of stage.querySelectorAll("dialog[open]")) closeSheet(dialog);
    if (error instanceof Answered && (error.status === 409 || error.status === 404)) load();
    else if (!passing(error)) fail(error);
    else if (error instanceof Answered) { undone(true); load(); }
    else { offline(true); load(); }
  }

  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-action]");
    if (!element || element.tagName === "FORM") {
      // A press beside a sheet closes it.
      if (event.target.tagName === "DIALOG") closeSheet(event.target);
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
    const field = event.target;
    if (!("answer" in field.dataset)) return;
    sayOf(field.form, "");
    field.setAttribute("aria-invalid", "false");
    guardClosing(shown);
    if (field.id === "number") sayWritten(field);
    // The last digit is the whole answer: there is nothing left to press.
    const typed = field.value.replace(/[ -]/g, "");
    if (/^\d+$/.test(typed) && typed.length === Number(field.dataset.digits) && !field.readOnly) act("answer", field.form);
  });
  if (backButton) backButton.addEventListener("click", goBack);
  window.addEventListener("popstate", () => { undone(false); load(); });

  // A page that was left may be kept for whoever comes back to it. It does not listen
  // meanwhile: browsers have few connections to a host.
  let isLeft = false;
  window.addEventListener("pagehide", () => {
    isLeft = Boolean(follower);
    unfollow();
  });

  // While the page was away, connections were lost without notice, and what it
  // shows may have changed: in the chat beside it, on another device. What the
  // server did not show (a receipt, that the page must be opened anew) stays.
  function awake(event) {
    if (document.visibilityState === "hidden") return;
    const busy = Boolean(underWay || follower || isLeft);
    if (busy && event && event.type === "focus") return;
    const failed = shown.dataset.view === "trouble";
    isLeft = false;
    if (busy || failed || (shownPath && !onScreen)) load(whenShown);
  }
  document.addEventListener("visibilitychange", awake);
  window.addEventListener("offline", () => offline(true));
  for (const name of ["online", "focus"]) window.addEventListener(name, awake);
  window.addEventListener("pageshow", (event) => { if (event.persisted) awake(event); });

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
