// The console keeps itself fresh, without closing what a tester has opened or taking away what has the focus.

const payments = () => document.getElementById("payments");
let shown = payments().innerHTML;

async function refresh() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("payments");
    if (answer.ok && fresh && fresh.innerHTML !== shown && !payments().contains(document.activeElement)) {
      shown = fresh.innerHTML;
      for (const opened of payments().querySelectorAll("details[open]")) {
        fresh.querySelector(`#${opened.id}`)?.setAttribute("open", "");
      }
      payments().replaceWith(document.adoptNode(fresh));
    }
  } catch {
    // The emulator is away for a moment; the next round asks again.
  }
  setTimeout(refresh, 2000);
}

setTimeout(refresh, 2000);
