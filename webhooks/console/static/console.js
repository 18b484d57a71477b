// What every page of the console does: the token on htmx's requests, shortcuts, sheets, small notices.
const body = document.body;

// -- htmx: every request proves that it is ours; a failed one is told
document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF-Token"] = body.dataset.csrf;
});
for (const name of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(name, (event) => {
    const status = event.detail.ctx?.response?.raw?.status ?? event.detail.ctx?.response?.status;
    if (status !== 401) toast(toasts.dataset.failed);
  });
}

// -- notices
const toasts = document.getElementById("toasts");
export function toast(text) {
  const item = document.createElement("p");
  item.className = "toast";
  item.textContent = text;
  toasts.append(item);
  setTimeout(() => item.remove(), 5000);
}

// -- sheets: <button data-open="id"> opens <dialog id="id">
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const backdrop = event.target.closest("dialog.sheet");
  if (backdrop && event.target === backdrop) backdrop.close();
  for (const open of document.querySelectorAll("details[name='bar'][open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// -- a menu that is wider than a phone shows the page one is on
document.querySelector(".submenu [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// -- who comes back to a part that lies in a fold finds the fold open, in browsers too that do not see to it themselves
const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (place?.closest("details:not([open])")) {
  for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.scrollIntoView({ block: "center" });
}

// -- shortcuts: single keys, never while somebody writes
let chord = null;
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && writing) { writing.blur(); return; }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (chord) {
    clearTimeout(chord);
    chord = null;
    const item = document.querySelector(`.menu__item[data-key="${CSS.escape(event.key)}"]`);
    if (item) { event.preventDefault(); item.click(); }
    return;
  }
  if (event.key === "g") { chord = setTimeout(() => { chord = null; }, 2500); return; }
  if (event.key === "?") { event.preventDefault(); document.getElementById("help").showModal(); return; }
  if (event.key === "j" || event.key === "k") { event.preventDefault(); move(event.key === "j" ? 1 : -1); return; }
  // an element may declare its own key: it is pressed, or, a field, focused
  const target = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]:not([disabled])`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus(); else target.click();
});

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
  if (!rows.length) return;
  const now = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, now + step))].focus();
}

// what was typed and not sent belongs to the person: nothing of it stays on the device when they log out
for (const form of document.querySelectorAll("form[action='/console/logout']")) {
  form.addEventListener("submit", () => {
    for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);
  });
}
