// The lists: the open chat is marked in them, filters apply at once.
const open = document.querySelector("[data-open-chat]")?.dataset.openChat;
function mark() {
  for (const line of document.querySelectorAll(".line")) {
    if (line.dataset.chat === open) line.setAttribute("aria-current", "page");
    else line.removeAttribute("aria-current");
  }
}
mark();
document.addEventListener("htmx:after:swap", mark);
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
