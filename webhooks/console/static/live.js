// Live updates: one stream for the page. Each message names a feed and brings its present state, so nothing is ever missed
// for good: after an interruption the state comes anew.
const feeds = (document.body.dataset.feeds ?? "").split(" ").filter(Boolean);
const notice = document.getElementById("lost");
const me = document.body.dataset.person;
const title = document.title;
const SILENCE = 40_000; // the server beats every 15 seconds
let source = null;
let heard = Date.now();
let losing = null;
let pause = 1000;

function connect() {
  source?.close();
  heard = Date.now();
  source = new EventSource(`/console/live?${feeds.map((feed) => `feed=${encodeURIComponent(feed)}`).join("&")}`);
  source.onopen = () => { heard = Date.now(); pause = 1000; found(); };
  source.addEventListener("beat", () => { heard = Date.now(); });
  source.onmessage = (event) => {
    heard = Date.now();
    const [name, text] = JSON.parse(event.data);
    show(name, text);
  };
  source.onerror = () => {
    lost();
    if (source.readyState === EventSource.CLOSED) again();
  };
}

// refused for good by the browser's rules (an error page of a proxy, a restart): try anew, later each time
function again() {
  setTimeout(async () => {
    pause = Math.min(pause * 2, 30_000);
    try {
      const answer = await fetch("/console/account", { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") { location.reload(); return; } // logged out: the log-in page leads back here
    } catch { /* still no connection */ }
    connect();
  }, pause);
}

function lost() {
  losing ??= setTimeout(() => {
    notice.textContent = notice.dataset.lost;
    notice.classList.remove("lost--back");
    notice.hidden = false;
    document.dispatchEvent(new CustomEvent("live:lost"));
  }, 2500);
}

function found() {
  clearTimeout(losing);
  losing = null;
  if (notice.hidden) return;
  notice.textContent = notice.dataset.back;
  notice.classList.add("lost--back");
  setTimeout(() => { if (!losing) notice.hidden = true; }, 2500);
  document.dispatchEvent(new CustomEvent("live:found"));
}

function show(name, text) {
  if (name === "counts") { count(JSON.parse(text)); return; }
  const target = document.querySelector(`[data-feed="${CSS.escape(name)}"]`);
  if (!target) return;
  const event = new CustomEvent("live:before", { cancelable: true, bubbles: true, detail: { name } });
  target.dispatchEvent(event);
  htmx.swap({ text, target, sourceElement: target, swap: "innerMorph" });
}

// numbers beside the lists and in the window's title
function count(counts) {
  const mine = counts.held[me] ?? 0;
  const unread = counts.unread[me] ?? 0;
  const others = Object.values(counts.held).reduce((sum, each) => sum + each, 0) - mine;
  const numbers = { queue: counts.queue, mine, others, inbox: counts.queue + unread };
  for (const badge of document.querySelectorAll("[data-count]")) {
    const number = numbers[badge.dataset.count];
    badge.textContent = number >= 1000 ? "999+" : number;
    badge.hidden = !number;
    badge.classList.toggle("count--urgent", badge.dataset.count === "queue" && counts.emergencies > 0);
  }
  document.title = `${counts.emergencies ? "⚠ " : ""}${numbers.inbox ? `(${numbers.inbox}) ` : ""}${title}`;
}

// "5 minutes" instead of an hour, and kept true
const units = new Intl.RelativeTimeFormat(document.documentElement.lang, { style: "short", numeric: "always" });
export function tell(root = document) {
  for (const time of root.querySelectorAll("time[data-ago]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
    time.title ||= time.textContent;
    if (seconds > 86_400) continue;
    if (seconds < 60) { if (time.textContent !== "<1′") time.textContent = "<1′"; continue; }
    const [unit, size] = seconds >= 3600 ? ["hour", 3600] : ["minute", 60];
    const parts = units.formatToParts(-Math.floor(seconds / size), unit);
    const text = parts.map((part) => part.value).join("").replace(/^(-)?/, "").replace(/\s*(trước|ago)$/, "");
    if (time.textContent !== text) time.textContent = text;
  }
}
document.addEventListener("htmx:after:swap", () => tell());
setInterval(tell, 20_000);
tell();

if (feeds.length) {
  connect();
  setInterval(() => { if (Date.now() - heard > SILENCE) { lost(); connect(); } }, 5000);
  addEventListener("online", connect);
  addEventListener("offline", lost);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => { if (event.persisted) connect(); });
}
