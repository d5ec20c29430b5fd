// The console keeps itself fresh, without closing what a tester has opened or losing where the focus is.

const payments = () => document.getElementById("payments");
let shown = payments().innerHTML;

// How to find the element again in a fresh copy of the list, or null where it is not in the list.
function placeOf(element) {
  if (!payments().contains(element)) {
    return null;
  }
  const form = element.closest("form");
  if (form) {
    return `form[action="${form.getAttribute("action")}"] button[value="${element.value}"]`;
  }
  return element.matches("summary") ? `#${element.parentElement.id} > summary` : null;
}

function show(fresh) {
  const focused = placeOf(document.activeElement);
  for (const opened of payments().querySelectorAll("details[open]")) {
    fresh.querySelector(`#${opened.id}`)?.setAttribute("open", "");
  }
  payments().replaceWith(document.adoptNode(fresh));
  if (focused) {
    payments().querySelector(focused)?.focus({ preventScroll: true });
  }
}

async function refresh() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("payments");
    if (answer.ok && fresh && fresh.innerHTML !== shown) {
      shown = fresh.innerHTML;
      show(fresh);
    }
  } catch {
    // The emulator is away for a moment; the next round asks again.
  }
  setTimeout(refresh, 2000);
}

setTimeout(refresh, 2000);
