// The lists: the open chat is marked in them, and what one holds oneself; filters apply at once.
const lines = document.getElementById("lines");
const open = document.querySelector("[data-open-chat]")?.dataset.openChat;
function mark() {
  for (const line of document.querySelectorAll(".line")) {
    if (line.dataset.chat === open) line.setAttribute("aria-current", "page");
    else line.removeAttribute("aria-current");
  }
  for (const holder of lines.querySelectorAll("[data-holder]")) { // the rows are the same for all who look at this list
    const mine = holder.dataset.holder === document.body.dataset.person;
    holder.parentElement.classList.toggle("tag--plain", !mine);
    if (mine) holder.textContent = lines.dataset.you;
  }
}
mark();
document.addEventListener("htmx:after:swap", mark);
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
