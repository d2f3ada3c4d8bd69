// Working violations with the keyboard, and choosing many of them. Everything here can be done with links, boxes and buttons as well.
"use strict";

const keysOn = "govern.keys";
const queueOf = "govern.queue";
const dialog = document.querySelector("[data-keys-dialog]");
const table = document.querySelector("table[data-queue]");
const links = table ? [...table.querySelectorAll("tbody a.name")] : [];

function on() {
  return localStorage.getItem(keysOn) !== "off";
}

// Nothing is a shortcut while somebody writes, composes a character, or holds a modifier.
function isTyping(event) {
  const at = event.target;
  return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey || event.repeat ||
    at.isContentEditable || at.matches("textarea, select, input:not([type=checkbox])") || at.closest("dialog") !== null;
}

function rowAt() {
  return document.activeElement.closest("table[data-queue] tbody tr");
}

// In the queue the focus moves, so that a screen reader says the row; on a case the next one of that queue opens.
function step(by) {
  if (table) {
    const now = links.findIndex((link) => link.closest("tr") === rowAt());
    const next = links[now < 0 ? (by > 0 ? 0 : links.length - 1) : now + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return;
  }
  const queue = JSON.parse(sessionStorage.getItem(queueOf) || "[]");
  const now = queue.indexOf(location.pathname);
  if (now >= 0 && queue[now + by]) location.assign(queue[now + by]);
}

function take() {
  const row = rowAt();
  if (!table) {
    document.querySelector("main button[data-take]")?.click();
  } else if (row) {
    for (const box of table.querySelectorAll("input[name=case]")) box.checked = row.contains(box);
    document.querySelector("form[data-bulk] button[data-take]")?.click();
  }
}

function open(field) {
  const row = rowAt();
  if (row) location.assign(`${row.dataset.href}#${field}`);
  else document.getElementById(field)?.focus();
}

// On a call that was drawn: 1, 2 and 3 choose a rating.
function rate(which) {
  document.querySelectorAll("input[name=rating]")[which]?.focus();
  document.querySelectorAll("input[name=rating]")[which]?.click();
}

const acts = {
  1: () => rate(0),
  2: () => rate(1),
  3: () => rate(2),
  j: () => step(1),
  k: () => step(-1),
  x: () => rowAt()?.querySelector("input[name=case]")?.click(),
  a: take,
  c: () => open("comment"),
  e: () => open("reason"),
};

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event)) return;
    if (event.key === "?") {
      event.preventDefault();
      dialog.showModal();
    } else if (on() && Object.hasOwn(acts, event.key)) {
      event.preventDefault();
      acts[event.key]();
    }
  });
  const opener = document.querySelector("[data-keys]");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = on();
  box.addEventListener("change", () => localStorage.setItem(keysOn, box.checked ? "on" : "off"));
}

if (table) {
  sessionStorage.setItem(queueOf, JSON.stringify(links.map((link) => link.pathname)));
  const all = table.querySelector("[data-choose-all]");
  const said = document.querySelector("[data-chosen]");
  table.addEventListener("change", (event) => {
    const boxes = [...table.querySelectorAll("input[name=case]")];
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    said.textContent = chosen || "";
  });
} else if (["#comment", "#reason"].includes(location.hash)) {
  addEventListener("load", () => setTimeout(() => document.querySelector(location.hash)?.focus(), 100));
}
