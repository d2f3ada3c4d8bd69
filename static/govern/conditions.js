// Conditions while they are typed: names are completed, and what is wrong is said at once.
"use strict";

const page = document.getElementById("proposal");
const list = document.createElement("ul");
list.id = "name-list";
list.className = "completion";
list.setAttribute("role", "listbox");
list.hidden = true;
document.body.append(list);

let typed = null;
let pause = 0;
let asked = null;

const known = () => [...page.querySelectorAll("[data-name]")].map((entry) => entry.dataset);
const wordBefore = (field) => /[A-Za-z_]\w*$/.exec(field.value.slice(0, field.selectionStart))?.[0] ?? "";

function close() {
  list.hidden = true;
  typed?.removeAttribute("aria-activedescendant");
  typed?.setAttribute("aria-expanded", "false");
}

function offer(field) {
  const word = wordBefore(field);
  const found = word ? known().filter(({ name }) => name.startsWith(word) && name !== word) : [];
  if (!found.length) return close();
  list.replaceChildren(...found.map(({ name, type, about, example }, index) => {
    const entry = document.createElement("li");
    entry.id = `name-${name}`;
    entry.setAttribute("role", "option");
    entry.setAttribute("aria-selected", String(index === 0));
    entry.dataset.insert = name;
    const parts = [["b", name], ["small", type], ["span", about], ["code", example]];
    entry.append(...parts.map(([tag, text]) => Object.assign(document.createElement(tag), { textContent: text })));
    return entry;
  }));
  const box = field.getBoundingClientRect();
  list.style.left = `${box.left + scrollX}px`;
  list.style.top = `${box.bottom + scrollY + 4}px`;
  list.style.minWidth = `${Math.min(box.width, 460)}px`;
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  field.setAttribute("aria-activedescendant", list.firstElementChild.id);
}

function choose(entry) {
  const at = typed.selectionStart;
  const begin = at - wordBefore(typed).length;
  typed.setRangeText(entry.dataset.insert, begin, at, "end");
  close();
  typed.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function move(step) {
  const entries = [...list.children];
  const now = entries.findIndex((entry) => entry.getAttribute("aria-selected") === "true");
  const next = (now + step + entries.length) % entries.length;
  entries.forEach((entry, index) => entry.setAttribute("aria-selected", String(index === next)));
  entries[next].scrollIntoView({ block: "nearest" });
  typed.setAttribute("aria-activedescendant", entries[next].id);
}

async function judge(field) {
  asked?.abort();
  asked = new AbortController();
  const said = field.parentElement.querySelector("[data-said]");
  const form = field.form;
  try {
    const answer = await fetch(form.dataset.conditionAddress, {
      method: "POST",
      body: new URLSearchParams({ text: field.value, csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value }),
      signal: asked.signal,
    });
    if (answer.ok) tell(field, said, await answer.json());
  } catch {
    // Typed on: the next question is under way.
  }
}

function tell(field, said, { valid, words, warning, message, unknown, suggestions }) {
  said.className = `said toned ${valid ? (warning ? "tone-warn" : "tone-ok") : "tone-bad"}`;
  if (!valid) field.parentElement.querySelector("[data-problems]")?.replaceChildren();
  said.textContent = valid ? (warning ?? words) : message;
  if (!valid && suggestions.length) {
    said.append(...suggestions.map((name) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button small", textContent: name });
      button.addEventListener("click", () => {
        field.value = unknown ? field.value.replace(new RegExp(`\\b${unknown}\\b`), name) : name;
        field.focus();
        field.dispatchEvent(new Event("input", { bubbles: true }));
        close();
      });
      return button;
    }));
  }
}

function prepare() {
  for (const field of page.querySelectorAll("[data-condition] textarea")) {
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    fit(field);
  }
}

function fit(field) {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

page.addEventListener("input", (event) => {
  if (!event.target.matches("[data-condition] textarea")) return;
  typed = event.target;
  fit(typed);
  offer(typed);
  clearTimeout(pause);
  pause = setTimeout(judge, 250, typed);
});

page.addEventListener("keydown", (event) => {
  if (list.hidden || event.target !== typed) {
    if (event.key === "Enter" && event.target.matches("[data-condition] textarea") && !event.shiftKey) event.preventDefault();
    return;
  }
  const chosen = list.querySelector("[aria-selected=true]");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" || event.key === "Tab") choose(chosen);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}, true);

list.addEventListener("mousedown", (event) => {
  event.preventDefault();
  const entry = event.target.closest("li");
  if (entry) choose(entry);
});
page.addEventListener("focusout", close);
page.addEventListener("focusin", (event) => {
  const field = event.target;
  if (field.matches("[data-condition] textarea")) {
    fit(field);
    if (!field.parentElement.querySelector("[data-said]").textContent) judge(field);
  }
});
page.addEventListener("drawn", prepare);
page.addEventListener("toggle", prepare, true);
prepare();
