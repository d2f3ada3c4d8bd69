// Shows how far a simulation is while it runs, and its result once it has ended.
"use strict";

(() => {
  const EVERY_MS = 2000;

  async function refresh() {
    const shown = document.querySelector("[data-refreshed-from]");
    if (!shown) return;
    try {
      const answer = await fetch(shown.dataset.refreshedFrom, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("#simulation");
        if (fresh) shown.replaceWith(document.adoptNode(fresh));
      }
    } catch {
      // Without a connection it shows what it showed; the next try may do better.
    }
    setTimeout(refresh, EVERY_MS);
  }

  setTimeout(refresh, EVERY_MS);
})();
