// Ctrl+Enter saves from any field; what was typed is not lost by mistake; buttons follow the state of a running announcement.
const form = document.getElementById("compose");
if (form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.primary"));
  });
  addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

const progress = document.getElementById("progress");
const state = () => progress.querySelector("[data-state]")?.dataset.state;
if (progress) {
  const shown = state();
  document.addEventListener("htmx:after:swap", () => {
    if (state() !== shown && !document.querySelector("dialog[open]")) location.reload();
  });
}
