// What pages need beyond links and forms. Loaded as a file: inline scripts are not allowed here.
"use strict";

document.addEventListener("click", async (event) => {
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const text = document.querySelector(copier.dataset.copy).textContent.trim();
    await navigator.clipboard.writeText(text);
    copier.querySelector("[data-label]").textContent = copier.dataset.done;
    return;
  }
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, summary") && !String(getSelection())) {
    location.assign(row.dataset.href);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("form[data-instant] select, form[data-instant] input[type=date]")) {
    event.target.form.requestSubmit();
  }
});

// Empty filters stay out of the address.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-instant]")) {
    for (const field of event.target.elements) {
      if (field.name && field.value === "") field.disabled = true;
    }
  }
});

// Ctrl + Enter sends the text of the bench.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form[data-try] textarea")) {
    event.target.form.requestSubmit();
  }
});

// On paper everything is unfolded; afterwards it is as it was.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open])")) {
    folded.dataset.folded = "";
    folded.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const unfolded of document.querySelectorAll("details[data-folded]")) {
    unfolded.open = false;
    delete unfolded.dataset.folded;
  }
});

// Ctrl + K finds anything.
document.addEventListener("keydown", (event) => {
  const finder = document.querySelector("[data-find]");
  if (finder && event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    location.assign(finder.href);
  }
});

// The frame is hidden until Alpine has begun, and browsers forget the autofocus of what is hidden.
document.addEventListener("alpine:initialized", () => setTimeout(() => {
  if (document.activeElement === document.body) document.querySelector("main [autofocus]")?.focus();
}));
