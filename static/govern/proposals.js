// The form of a proposal: its buttons work on a part of the page instead of loading all of it, and it is checked while it is written.
// Everything here only hastens what the form does without a script.
"use strict";

const holder = document.getElementById("proposal");
let checking = null;
let timer = 0;
let dirty = false;

const form = () => holder.querySelector("form.proposal");
const byPlace = (kind, place) => holder.querySelector(`[data-${kind}="${CSS.escape(place)}"]`);

function answers(doing, { secret }) {
  const data = new FormData(form());
  data.set("do", doing);
  if (!secret) data.delete("secret");
  return data;
}

async function send(doing) {
  clearTimeout(timer);
  checking?.abort();
  const active = document.activeElement;
  const was = { id: active?.id, value: active?.value, name: active?.name };
  const kept = holder.querySelector("#id_secret")?.value;
  holder.setAttribute("aria-busy", "true");
  try {
    const post = () => fetch(location.href, {
      method: "POST",
      body: answers(doing, { secret: doing.startsWith("save") }),
      headers: { "X-Form-Only": "yes" },
    });
    let answer = await post();
    if (answer.status === 403 && (await renewToken())) answer = await post();
    if (answer.redirected || !answer.ok) throw new Error(`${answer.status}`);
    if (answer.headers.get("Content-Type").startsWith("application/json")) {
      dirty = false;
      return location.assign((await answer.json()).address);
    }
    holder.innerHTML = await answer.text();
    const secret = holder.querySelector("#id_secret");
    if (secret && kept && !doing.startsWith("save")) secret.value = kept;
    holder.dispatchEvent(new Event("drawn"));
    goOn(doing, was);
  } catch {
    const state = holder.querySelector("[data-state]");
    state.textContent = holder.dataset.failed;
    state.classList.add("toned", "tone-bad");
  } finally {
    holder.removeAttribute("aria-busy");
  }
}

// Who has signed in again meanwhile has another token; what was typed stays where it is.
async function renewToken() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  const token = page.querySelector("form.proposal [name=csrfmiddlewaretoken]")?.value;
  if (token) form().elements.csrfmiddlewaretoken.value = token;
  return Boolean(token);
}

// Where the keyboard was, or where there is something new.
function goOn(doing, was) {
  const place = form().dataset.focus;
  const verb = doing.split(" ")[0];
  let target = null;
  if (place && (verb === "up" || verb === "down")) {
    target = holder.querySelector(`button[value="${CSS.escape(`${verb} ${place}`)}"]:not(:disabled)`);
  }
  if (!target && place) {
    const found = document.getElementById(`id_${place}`);
    target = found?.matches("input, textarea, select") ? found : found?.querySelector("input:not([type=hidden]), select, textarea, summary, button");
    if (verb === "add") target = found?.querySelector("details input:not([type=hidden]), details select, details textarea") ?? target;
  }
  if (doing.startsWith("save")) target = holder.querySelector("[role=alert] button, [aria-invalid=true]") ?? target;
  if (doing === "try") target = holder.querySelector('button[value="try"]');
  target ??= was.id ? document.getElementById(was.id) : null;
  target ??= was.value ? holder.querySelector(`button[value="${CSS.escape(was.value)}"]`) : null;
  target?.focus({ preventScroll: doing === "try" });
  if (doing === "try") holder.querySelector(".tried")?.scrollIntoView({ block: "nearest" });
}

async function check() {
  checking?.abort();
  checking = new AbortController();
  try {
    const answer = await fetch(location.href, {
      method: "POST",
      body: answers("check", { secret: false }),
      headers: { Accept: "application/json" },
      signal: checking.signal,
    });
    if (answer.ok) show(await answer.json());
  } catch {
    // Another check has begun, or the server cannot be reached: saving checks again.
  }
}

function show({ problems, elsewhere }) {
  for (const box of holder.querySelectorAll("[data-problems]")) box.replaceChildren();
  for (const field of holder.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  linked(problems);
  for (const { place, message } of problems) {
    if (place === "#reason" && !reached) continue;
    let at = place;
    let box = byPlace("problems", at);
    while (!box && at) {
      at = at.replace(/(\.[^.[\]]*|\[[^[\]]*\]|^[^.[\]]+)$/, "");
      box = byPlace("problems", at);
    }
    box ??= byPlace("problems", "");
    if (!box) continue;
    const told = box.parentElement.querySelector(":scope > [data-said].tone-bad");
    const line = document.createElement("p");
    line.className = "wrong";
    line.append(icon("error"), ` ${message}`);
    if (!told) box.append(line);
    for (const field of holder.querySelectorAll(`[aria-describedby~="${CSS.escape(box.id)}"]`)) field.setAttribute("aria-invalid", "true");
  }
  const other = holder.querySelector("[data-elsewhere]");
  other.hidden = !elsewhere.length;
  other.querySelector("[data-list]").replaceChildren(...elsewhere.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const state = holder.querySelector("[data-state]");
  const count = problems.length + elsewhere.length;
  const said = document.createElement("span");
  said.className = `toned ${count ? "tone-bad" : "tone-ok"}`;
  said.append(icon(count ? "error" : "check_circle"), count ? ` ${state.dataset.wrong}${count}` : ` ${state.dataset.fine}`);
  state.replaceChildren(said);
  state.className = "state";
}

// All that is to be put right, each a link to its field.
function linked(problems) {
  const list = holder.querySelector("[data-links]");
  list?.replaceChildren(...problems.map(({ place, message, label }) => {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { className: "link", href: `#wrong_${place}` });
    link.dataset.to = place;
    if (label) link.append(Object.assign(document.createElement("b"), { textContent: label }), ": ");
    link.append(message);
    item.append(link);
    return item;
  }));
}

// Whether the reason for the change was come to: before that nobody is told that it is missing.
let reached = false;
holder.addEventListener("focusout", (event) => {
  if (event.target.name === "reason") reached = true;
});

// A link to a field opens what it is folded into and puts the cursor there.
holder.addEventListener("click", (event) => {
  const link = event.target.closest("[data-to]");
  if (!link) return;
  let at = link.dataset.to;
  let box = byPlace("problems", at);
  while (!box && at) {
    at = at.replace(/(\.[^.[\]]*|\[[^[\]]*\]|^[^.[\]]+)$/, "");
    box = byPlace("problems", at);
  }
  if (!box) return;
  event.preventDefault();
  for (let folded = box.closest("details"); folded; folded = folded.parentElement.closest("details")) folded.open = true;
  const field = holder.querySelector(`[aria-describedby~="${CSS.escape(box.id)}"]`) ?? box.closest(".field")?.querySelector("input, select, textarea");
  (field ?? box).scrollIntoView({ block: "center" });
  field?.focus();
});

function icon(name) {
  const span = document.createElement("span");
  span.className = "material-symbols-outlined icon";
  span.setAttribute("aria-hidden", "true");
  span.textContent = name;
  return span;
}

holder.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.submitter?.value ?? "check");
});

holder.addEventListener("input", (event) => {
  if (!event.target.name || event.target.name.startsWith("try.")) return;
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(check, 700);
});

holder.addEventListener("change", (event) => {
  if (event.target.matches("[data-refresh]")) send("refresh");
});

// An entry that was written at the end of a list makes place for the next one.
holder.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-add]") && event.target.value) {
    event.preventDefault();
    send(`add ${event.target.dataset.add}`);
  }
});

holder.addEventListener("toggle", (event) => {
  const opened = event.target.parentElement?.querySelector(':scope > input[name$="#open"]');
  if (opened) opened.value = event.target.open ? "yes" : "";
}, true);

addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
