// What the pages can do without: copy, the scheme at once, "/" for the search,
// a count of what is ticked, looking again. Nothing here is needed for anything
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

const ticks = [...document.querySelectorAll("tbody input[type=checkbox]")];
const ticked = document.getElementById("ticked");
if (ticked) {
  document.addEventListener("change", () => {
    const count = ticks.filter((tick) => tick.checked).length;
    ticked.textContent = count === 0 ? "" : `${count} ticked`;
  });
}

// A page that waits for an answer from the chat looks again while it is seen.
const waits = document.querySelector("[data-again]");
if (waits) {
  setInterval(() => {
    if (document.visibilityState === "visible") location.replace(waits.dataset.again);
  }, 3000);
}

// What only the browser sees.
const seen = document.getElementById("seen");
if (seen) measure(seen);

async function measure(table) {
  const say = (what, words, good) => {
    const cell = table.querySelector(`[data-seen="${what}"]`);
    cell.textContent = words;
    cell.classList.add(good ? "is-good" : "is-warn");
  };
  const { origin, now } = table.dataset;
  say("origin", location.origin, location.origin === origin);
  const began = Date.now();
  const answer = await fetch(location.href, { method: "HEAD", credentials: "same-origin" });
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
