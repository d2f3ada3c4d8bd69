// Shows how far a simulation or a verification is while it runs, and its result once it has ended.
"use strict";

(() => {
  const EVERY_MS = 2000;

  const typing = () => [...document.querySelectorAll("main textarea, main input:not([type=hidden]):not([type=radio]):not([type=checkbox])")]
    .some((field) => field.value !== field.defaultValue);

  function note(text) {
    const paragraph = document.createElement("p");
    paragraph.className = "note tone-info";
    paragraph.setAttribute("role", "status");
    paragraph.textContent = text;
    return paragraph;
  }

  async function refresh() {
    const shown = document.querySelector("[data-refreshed-from]");
    if (!shown) return;
    try {
      const answer = await fetch(shown.dataset.refreshedFrom, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(shown.id);
        if (fresh && !fresh.dataset.refreshedFrom) {
          // It has ended: checks and buttons of the page go by its result. What somebody is typing is not taken from them.
          if (!typing()) return location.reload();
          document.getElementById("checks")?.replaceWith(note(shown.dataset.ended));
        }
        if (fresh) shown.replaceWith(document.adoptNode(fresh));
      }
    } catch {
      // Without a connection it shows what it showed; the next try may do better.
    }
    setTimeout(refresh, EVERY_MS);
  }

  setTimeout(refresh, EVERY_MS);
})();
