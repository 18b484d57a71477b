// Tables and tickets: filters that apply themselves, copying, and words that outlive a form that could not be sent.
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.addEventListener("change", (event) => { if (event.target.type !== "search") form.requestSubmit(); });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch { // no clipboard without https: the person copies what is marked
    document.getElementById("link")?.select();
    return;
  }
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = before; }, 2000);
});

// <form data-keep="answer:CODE">: its text stays in this tab until the form has been taken
const sent = new URLSearchParams(location.search).get("done");
for (const form of document.querySelectorAll("form[data-keep]")) {
  const name = `tongdai:${form.dataset.keep}`;
  const area = form.querySelector("textarea");
  if (sent && form.dataset.keep.startsWith(`${sent}:`)) sessionStorage.removeItem(name);
  const kept = sessionStorage.getItem(name);
  if (kept && !area.value) {
    area.value = kept;
    const around = form.closest("details");
    if (around) around.open = true;
  }
  area.addEventListener("input", () => { sessionStorage.setItem(name, area.value); });
}
