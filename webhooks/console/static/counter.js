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
  if (event.target.matches("input:not([type=checkbox]), select")) {
    event.preventDefault();
    const fields = [...form.querySelectorAll("input:not([type=hidden], [name=account], [type=radio]:not(:checked)), select, textarea, button.primary")].filter((one) => one.offsetParent);
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

// the reports it may double come anew while somebody chooses among them: the choice and the place of the keyboard stay
const twins = () => [...form.querySelectorAll("[name=duplicate_of]")];
let chosen = twins().find((one) => one.checked)?.value ?? "";
let at = null;
form.addEventListener("change", (event) => { if (event.target.name === "duplicate_of") chosen = event.target.value; });
document.addEventListener("htmx:before:swap", () => { at = document.activeElement?.name === "duplicate_of" ? document.activeElement.value : null; });
document.addEventListener("htmx:after:swap", () => {
  const of = (value) => twins().find((one) => one.value === value);
  const same = of(chosen);
  if (same) same.checked = true;
  if (at !== null) (of(at) ?? twins().at(-1))?.focus();
});
