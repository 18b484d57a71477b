// The form of the telephone and the counter: Ctrl+Enter saves from any field; a reload by mistake loses nothing.
const form = document.getElementById("counter");

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    if (event.target.name === "pasted") form.querySelector("[formaction]").click();
    else form.requestSubmit(form.querySelector("button.primary"));
    return;
  }
  // Enter goes to the next field, as on a telephone's form it must not send half a report
  if (event.target.matches("input:not([type=checkbox], [type=radio]), select")) {
    event.preventDefault();
    const fields = [...form.querySelectorAll("input:not([type=hidden], [type=radio]), select, textarea, button.primary")].filter((one) => one.offsetParent);
    fields[fields.indexOf(event.target) + 1]?.focus();
  }
});

// the shortcut opens the field for pasted text and goes there
form.querySelector(".paste").addEventListener("toggle", (event) => {
  if (event.target.open) form.elements.pasted.focus();
});
let changed = false;
form.addEventListener("input", () => { changed = true; });
form.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
