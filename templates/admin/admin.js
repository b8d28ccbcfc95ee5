// What the pages can do without: copy, the scheme at once, "/" for the search,
// looking again. Nothing here is needed for anything
// else.
const root = document.documentElement;

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    const text = button.dataset.copy === "" ? location.href : source ? source.textContent : button.dataset.copy;
    await navigator.clipboard.writeText(text.trim());
    button.dataset.done = "";
    document.getElementById("said").textContent = "Copied";
    setTimeout(() => delete button.dataset.done, 1500);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea, select")) return;
  const search = document.querySelector("input[type=search]");
  if (search) {
    event.preventDefault();
    search.focus();
  }
});

// Asks without a person: it keeps no session going.
const SLOWEST = 60_000;
const ask = (address, known = "begin") =>
  fetch(address, {
    headers: { "sesame-live": known },
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(20_000),
  });
const parse = (text) => new DOMParser().parseFromString(text, "text/html");
// How long until it is asked again, in milliseconds, as the answer wants it.
const wanted = (answer) => (Number(answer.headers.get("retry-after")) || 0) * 1000;
const later = (every, failures, least) => Math.min(SLOWEST, Math.max(least, every * 2 ** failures));

// What something says apart from how long ago it was, and what came of an order.
function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const passing of copy.querySelectorAll("time, .said")) passing.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

// A page that waits (for the chat, for a node) is loaded anew once there is
// something new, while it is seen and no one writes in it: that would be gone.
const waits = document.querySelector("[data-again]");
if (waits) lookAgain(waits.dataset.again, document.getElementById("main"));

function lookAgain(address, main) {
  const every = 3000;
  const shown = wordsOf(main);
  let failures = 0;
  const isWrittenIn = () => [...main.querySelectorAll("input, textarea")].some((field) => field.value !== field.defaultValue);
  async function look() {
    let least = 0;
    if (document.visibilityState === "visible" && !isWrittenIn()) {
      try {
        const answer = await ask(address);
        if (answer.ok) failures = 0;
        else if ([401, 403, 404].includes(answer.status)) return location.replace(address);
        else [failures, least] = [failures + 1, wanted(answer)];
        const page = answer.ok && parse(await answer.text()).getElementById("main");
        if (page && wordsOf(page) !== shown && !isWrittenIn()) return location.replace(address);
      } catch {
        failures += 1;
      }
    }
    setTimeout(look, later(every, failures, least));
  }
  setTimeout(look, every);
}

// What only the browser sees.
const seen = document.getElementById("seen");
if (seen) measure(seen);

async function measure(table) {
  const support = document.getElementById("support");
  const say = (what, words, good) => {
    const cell = table.querySelector(`[data-seen="${what}"]`);
    cell.textContent = words;
    cell.classList.add(good ? "is-good" : "is-warn");
    support.textContent += `browser ${what}: ${good ? "good" : "warning"} ${what === "origin" ? "" : words}`.trimEnd() + "\n";
  };
  const failed = (what) => () => say(what, "no answer", false);
  const { origin, now, events } = table.dataset;
  const isSafe = location.protocol === "https:";
  say("origin", location.origin, location.origin === origin);
  say("https", isSafe ? "by https" : "not encrypted", isSafe);
  await Promise.allSettled([
    measureAnswer(say, now).catch(failed("headers")),
    measureEvents(say, events).catch(failed("live")),
  ]);
}

// The server's clock and headers, as an answer brings them.
async function measureAnswer(say, now) {
  const began = Date.now();
  const answer = await fetch(location.href, { method: "HEAD", credentials: "same-origin", cache: "no-store" });
  const middle = (began + Date.now()) / 2;
  const date = Date.parse(answer.headers.get("date") || "") || Date.parse(now);
  const ahead = Math.round((middle - date) / 1000);
  const words = Math.abs(ahead) <= 1 ? "as the server’s" : `${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} the server’s`;
  say("clock", words, Math.abs(ahead) <= 30);
  const wanted = ["content-security-policy", "referrer-policy", "x-content-type-options", "x-frame-options"];
  if (location.protocol === "https:") wanted.push("strict-transport-security");
  const missing = wanted.filter((name) => !answer.headers.get(name));
  say("headers", missing.length === 0 ? "all there" : `missing: ${missing.join(", ")}`, missing.length === 0);
}

// Two events are sent 600 ms apart: one that waits for the other is held back.
async function measureEvents(say, address) {
  const began = performance.now();
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(15_000) });
  if (!answer.ok) throw new Error(answer.status);
  const came = [];
  let text = "";
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    while (came.length < text.split("\n\n").length - 1) came.push(performance.now());
  }
  if (came.length < 2) return say("live", "broken off on the way", false);
  const [first, apart] = [Math.round(came[0] - began), Math.round(came[1] - came[0])];
  const isApart = apart >= 300;
  say("live", isApart ? `first event after ${first} ms, the second ${apart} ms later` : `held back: both events came at once, after ${first} ms`, isApart);
}

// A page that stays live: the parts of it that change are asked for again and
// again while it is seen, and exchanged in place; not while someone reads or
// works in them: then it says what is new, and waits.
const live = document.getElementById("live");
if (live) stayLive(live);

function stayLive(bar) {
  const every = Number(bar.dataset.every) * 1000;
  const [state, show, pause] = ["state", "show", "pause"].map((name) => bar.querySelector(`[data-live-${name}]`));
  const said = document.getElementById("said");
  const parts = (of = document) => [...of.querySelectorAll("[data-live]")];
  let known = "";
  let latest;
  let isPaused = false;
  let failures = 0;
  let timer;
  // Until then nothing is asked, whoever comes back: the server said so.
  let notBefore = 0;
  bar.hidden = false;
  for (const other of document.querySelectorAll("[data-live-instead]")) other.hidden = true;

  const say = (words, kind = "busy") => {
    state.className = `state state--${kind}`;
    state.textContent = words;
  };
  const clock = () => new Date().toISOString().slice(11, 19) + " UTC";

  // What someone reads or works in stays as it is. What was touched last counts as
  // under the pointer until something else is touched, though no one points at it.
  const open = "details[open], dialog[open], :popover-open, input:checked";
  let busy = open;
  const points = (event) => (busy = event.pointerType === "touch" ? open : `${open}, tbody:hover`);
  for (const name of ["pointermove", "pointerdown"]) addEventListener(name, points, { passive: true });
  function isRead() {
    const mine = parts();
    const selection = getSelection();
    return mine.some(
      (part) =>
        part.contains(document.activeElement) ||
        (selection && !selection.isCollapsed && selection.containsNode(part, true)) ||
        part.querySelector(busy),
    );
  }

  // What a row is known by, and what it says apart from how long ago.
  function rowsOf(part) {
    const rows = new Map();
    for (const row of part.querySelectorAll("tbody > tr")) {
      const link = row.querySelector(".lead a");
      const ids = row.querySelectorAll(".id code");
      const key = link ? link.getAttribute("href") : ids.length ? ids[ids.length - 1].title : row.querySelector(".lead")?.textContent;
      rows.set(key, row);
    }
    return rows;
  }

  // How much of it is new, as words; nothing: only how long ago it was.
  function news(fresh) {
    let [added, changed, other] = [0, 0, false];
    for (const part of fresh) {
      const old = document.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!old) continue;
      const [before, after] = [rowsOf(old), rowsOf(part)];
      for (const [key, row] of after) {
        if (!before.has(key)) added += 1;
        else if (wordsOf(before.get(key)) !== wordsOf(row)) changed += 1;
      }
      other ||= before.size !== after.size || (after.size === 0 && wordsOf(old) !== wordsOf(part));
    }
    const told = [];
    if (added) told.push(`${added} new`);
    if (changed) told.push(`${changed} changed`);
    return told.join(", ") || (other ? "Something changed" : "");
  }

  function exchange(fresh) {
    for (const part of fresh) {
      const old = document.querySelector(`[data-live="${part.dataset.live}"]`);
      if (!old || old.innerHTML === part.innerHTML) continue;
      const before = rowsOf(old);
      const held = anchor(before);
      const after = rowsOf(part);
      if (before.size) for (const [key, row] of after) row.classList.toggle("is-new", !before.has(key));
      old.replaceWith(part);
      const row = held && after.get(held.key);
      if (row) scrollBy({ top: row.getBoundingClientRect().top - held.top, behavior: "instant" });
    }
  }
  // The first row in sight of a table that begins above it: it stays where it is.
  function anchor(rows) {
    let isFirst = true;
    for (const [key, row] of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > 0) return isFirst || top > innerHeight ? undefined : { key, top };
      isFirst = false;
    }
  }

  function settle() {
    if (!latest) return;
    const told = news(latest.parts);
    if (told && (isPaused || isRead())) {
      if (show.hidden || show.dataset.told !== told) said.textContent = `${told}, not shown while you read`;
      show.dataset.told = told;
      show.textContent = `${told} – show`;
      show.hidden = false;
      return;
    }
    if (!told && isRead()) return;
    reveal(told);
  }
  function reveal(told) {
    exchange(latest.parts);
    latest = undefined;
    show.hidden = true;
    if (told) said.textContent = told;
  }

  function over(words) {
    clearTimeout(timer);
    timer = undefined;
    say(words, "warn");
    pause.hidden = true;
    said.textContent = words;
    isOver = true;
  }
  let isOver = false;
  const ends = {
    401: "You are signed out: open the page again to sign in",
    403: "You may not see this any more",
    404: "This is gone",
  };

  async function look() {
    const answer = await ask(location.href, known || "begin");
    if (ends[answer.status]) return over(ends[answer.status]);
    if (answer.status !== 304 && !answer.ok) {
      throw Object.assign(new Error(answer.status), { status: answer.status, wait: wanted(answer) });
    }
    failures = 0;
    if (answer.status !== 304) {
      const page = parse(await answer.text());
      known = answer.headers.get("etag") || "";
      latest = { parts: parts(page.body) };
    }
    if (!isPaused) say(`Live, ${clock()}`);
    settle();
  }

  async function turn() {
    clearTimeout(timer);
    timer = undefined;
    let wait = every;
    if (document.visibilityState === "visible" && !isPaused) {
      try {
        await look();
      } catch (error) {
        failures += 1;
        wait = later(every, failures, error.wait || 0);
        notBefore = performance.now() + Math.min(wait, error.wait || 0);
        const why = error.status === 429 ? "Asked too often" : `No answer since ${bar.dataset.last || "a while"}`;
        say(`${why}; asking again in ${Math.round(wait / 1000)} s`, "warn");
      }
    }
    if (failures === 0) bar.dataset.last = clock();
    if (!isOver) timer = setTimeout(turn, wait);
  }
  const now = () => {
    const mayAsk = performance.now() >= notBefore;
    if (!isOver && timer && mayAsk && document.visibilityState === "visible") turn();
  };

  show.addEventListener("click", () => {
    reveal("");
    said.textContent = "Shown";
    document.getElementById("main").focus({ preventScroll: true });
  });
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", isPaused);
    if (isPaused) say(`Paused, ${clock()}`, "off");
    else now();
  });
  document.addEventListener("visibilitychange", now);
  addEventListener("pageshow", (event) => event.persisted && now());
  addEventListener("online", now);
  timer = setTimeout(turn, every);
}
