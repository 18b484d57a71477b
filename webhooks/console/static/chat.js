// One conversation. The composer keeps what was typed until it is sent, asks before it takes over and inserts ready answers;
// the history stays where its reader is.
const chat = document.getElementById("chat");
const form = document.getElementById("compose");
const box = document.getElementById("compose-text");
const hint = document.getElementById("compose-hint");
const counter = document.getElementById("compose-count");
const picker = form.querySelector("[type=file]");
const say = form.dataset;
const id = chat.dataset.openChat;
const draftName = `draft:${document.body.dataset.person}:${id}`;
let kind = "reply";
let sending = false;
let files = [];

const state = () => document.getElementById("chat-state");
const thread = () => document.getElementById("thread");

// -- the history: at its end when it was at its end
let atEnd = true;
const toEnd = () => { thread().scrollTop = thread().scrollHeight; };
thread().addEventListener("scroll", () => {
  const here = thread();
  atEnd = here.scrollHeight - here.scrollTop - here.clientHeight < 80;
}, { passive: true });
thread().addEventListener("load", () => { if (atEnd) toEnd(); }, true); // photos grow when they arrive
toEnd();
let shown = thread().childElementCount;
document.addEventListener("htmx:after:swap", (event) => {
  if (event.target.closest?.(".older")) return;
  hold();
  left();
  const count = thread().childElementCount;
  if (atEnd) toEnd();
  if (count > shown && document.visibilityState === "visible" && state().dataset.held === "me") seen();
  shown = count;
});
function seen() {
  fetch(`/console/chats/${id}/read`, { method: "POST", headers: { "X-CSRF-Token": document.body.dataset.csrf } }).catch(() => {});
}

// -- what may be written now
function hold() {
  const held = state().dataset.held;
  const text = kind === "note" ? say.sayNote : { me: say.sayReply, nobody: say.sayBot, other: say.sayHeld }[held];
  box.placeholder = text;
  box.setAttribute("aria-label", text);
  box.disabled = kind === "reply" && held === "other";
  form.querySelector(".compose__send")?.toggleAttribute("disabled", box.disabled);
}
for (const button of form.querySelectorAll("[data-kind]")) {
  button.addEventListener("click", () => {
    kind = button.dataset.kind;
    form.classList.toggle("compose--note", kind === "note");
    for (const each of form.querySelectorAll("[data-kind]")) each.setAttribute("aria-pressed", String(each === button));
    hold();
    box.focus();
  });
}

// -- the clock of the platform's window
function left() {
  for (const element of document.querySelectorAll("[data-left]")) {
    const minutes = Math.floor((Date.parse(element.dataset.left) - Date.now()) / 60_000);
    const text = minutes < 0 ? element.dataset.shut
      : minutes >= 60 * 48 ? null : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    element.dataset.at ??= element.textContent;
    const whole = text === null ? element.dataset.at : minutes < 0 ? text : `${element.dataset.at} (${text})`;
    if (element.textContent !== whole) element.textContent = whole;
  }
}
setInterval(left, 30_000);

// -- a typed reply is never lost: kept on this device until it was sent, with its key, so that a repetition is no second one
function keep() {
  if (box.value.trim()) localStorage.setItem(draftName, JSON.stringify({ text: box.value, key: form.elements.key.value, kind }));
  else localStorage.removeItem(draftName);
}
function restore() {
  if (box.value) return;
  try {
    const kept = JSON.parse(localStorage.getItem(draftName) ?? "null");
    if (!kept) return;
    box.value = kept.text;
    form.elements.key.value = kept.key;
    if (kept.kind === "note") form.querySelector("[data-kind=note]").click();
  } catch { localStorage.removeItem(draftName); }
}
function fresh() {
  form.elements.key.value = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
box.addEventListener("input", () => { keep(); measure(); suggest(); });
function measure() {
  const limit = Number(say.limit);
  counter.textContent = box.value.length > limit * 0.8 ? `${box.value.length}/${limit}` : "";
  hint.textContent = kind === "reply" && box.value.length > limit ? say.sayLong : "";
}

// -- files to send
picker.addEventListener("change", () => { files.push(...picker.files); picker.value = ""; list(); });
box.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) { files.push(...event.clipboardData.files); list(); }
});
chat.addEventListener("dragover", (event) => event.preventDefault());
chat.addEventListener("drop", (event) => {
  event.preventDefault();
  files.push(...event.dataTransfer.files);
  list();
});
function list() {
  const place = document.getElementById("compose-files");
  place.replaceChildren(...files.map((file, number) => {
    const item = document.createElement("li");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `× ${file.name}`);
    drop.addEventListener("click", () => { files.splice(number, 1); list(); });
    item.append(`${file.name} · ${Math.ceil(file.size / 1000)} kB`, drop);
    return item;
  }));
  place.hidden = !files.length;
}

// -- sending
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.name === "take");
});
async function send(take) {
  if (sending || !(box.value.trim() || (kind === "reply" && files.length))) return;
  if (kind === "reply" && !take && state().dataset.held === "nobody") {
    take = await asked();
    if (!take) return;
  }
  sending = true;
  form.setAttribute("aria-busy", "true");
  const body = new FormData();
  body.set("text", box.value);
  body.set("key", form.elements.key.value);
  body.set("first", form.elements.first.value);
  if (take) body.set("take", "1");
  if (kind === "reply") for (const file of files) body.append("files", file);
  try {
    const answer = await fetch(kind === "note" ? say.noteAction : `/console/chats/${id}/write`, {
      method: "POST", body, headers: { "HX-Request": "true", "X-CSRF-Token": document.body.dataset.csrf },
    });
    if (answer.status === 401) { keep(); location.assign("/console/login"); return; }
    if (answer.ok) {
      box.value = "";
      if (kind === "reply") { files = []; list(); } // a note takes no files: they wait for the reply
      keep();
      fresh();
      measure();
      atEnd = true;
      htmx.swap({ text: await answer.text(), target: document.getElementById("chat-live"), sourceElement: form, swap: "innerMorph" });
    } else {
      const told = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
      hint.textContent = told.problem ?? say.sayKept;
      if (told.ask === "take") { sending = false; if (await asked()) await send(true); }
    }
  } catch {
    hint.textContent = say.sayKept;
  } finally {
    sending = false;
    form.removeAttribute("aria-busy");
    box.focus();
  }
}
function asked() {
  const dialog = document.getElementById("ask-take");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((tell) => dialog.addEventListener("close", () => tell(dialog.returnValue === "take"), { once: true }));
}
box.addEventListener("keydown", (event) => {
  if (choosing(event)) return;
  const plainEnter = event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(pointer: fine)").matches;
  if (plainEnter || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    form.requestSubmit();
  }
});

// -- ready answers: "/" and a few letters, or the button
const ready = document.getElementById("ready");
const answers = JSON.parse(document.getElementById("ready-list").textContent);
let chosen = 0;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
function suggest(all = false) {
  const begun = /(?:^|\s)\/(\S*)$/.exec(box.value.slice(0, box.selectionStart));
  if (!all && !begun) { ready.hidden = true; point(); return; }
  const wanted = fold(begun?.[1] ?? "");
  const fitting = answers.filter(([shortcut, text]) => fold(shortcut).includes(wanted) || fold(text).includes(wanted)).slice(0, 12);
  chosen = 0;
  ready.replaceChildren(...fitting.map(([shortcut, text], number) => {
    const option = document.createElement("div");
    option.setAttribute("role", "option");
    option.id = `ready-${number}`;
    option.setAttribute("aria-selected", String(number === 0));
    const name = document.createElement("strong");
    name.textContent = `/${shortcut}`;
    const words = document.createElement("small");
    words.textContent = text;
    option.append(name, words);
    option.addEventListener("mousedown", (event) => { event.preventDefault(); insert(text); });
    return option;
  }));
  ready.hidden = !fitting.length;
  point();
}
function point() { // for a screen reader: which answer Enter would take
  if (ready.hidden || !ready.children.length) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", `ready-${chosen}`);
}
function choosing(event) {
  if (ready.hidden) return false;
  const options = [...ready.children];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === chosen)));
    options[chosen].scrollIntoView({ block: "nearest" });
    point();
  } else if (event.key === "Enter" || event.key === "Tab") {
    insert(options[chosen].querySelector("small").textContent);
  } else if (event.key === "Escape") {
    ready.hidden = true;
    point();
    event.stopPropagation();
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}
function insert(text) {
  const known = { name: state().dataset.name, code: state().dataset.code, operator: document.body.dataset.person };
  const whole = text.replace(/\{(name|code|operator)\}/g, (sign, word) => known[word] || sign);
  const before = box.value.slice(0, box.selectionStart).replace(/(^|\s)\/\S*$/, "$1");
  const after = box.value.slice(box.selectionEnd);
  box.value = before + whole + after;
  box.selectionStart = box.selectionEnd = before.length + whole.length;
  ready.hidden = true;
  point();
  keep();
  measure();
  box.focus();
}
document.getElementById("ready-open").addEventListener("click", () => { if (ready.hidden) { box.focus(); suggest(true); } else ready.hidden = true; });
box.addEventListener("blur", () => { ready.hidden = true; point(); });

restore();
hold();
left();
measure();
