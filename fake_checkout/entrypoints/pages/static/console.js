// The console keeps its lists fresh without closing, unchoosing or unfocusing anything, and shows of a new
// fault only the fields that its kind has.

const list = () => document.getElementById("fresh");
let shown = list()?.innerHTML;

// How to find the element again in a fresh copy of the list, or null where it is not in the list.
function placeOf(element) {
  if (!list().contains(element)) {
    return null;
  }
  const form = element.closest("form");
  if (element.matches("button") && form) {
    return `form[action="${form.getAttribute("action")}"] button[value="${element.value}"]`;
  }
  return element.matches("summary") ? `#${element.parentElement.id} > summary` : null;
}

function show(fresh) {
  const focused = placeOf(document.activeElement);
  for (const opened of list().querySelectorAll("details[open]")) {
    fresh.querySelector(`#${opened.id}`)?.setAttribute("open", "");
  }
  for (const chosen of list().querySelectorAll("select")) {
    const same = fresh.querySelector(`#${chosen.id}`);
    if (same) {
      same.value = chosen.value;
    }
  }
  list().replaceWith(document.adoptNode(fresh));
  if (focused) {
    list().querySelector(focused)?.focus({ preventScroll: true });
  }
}

// A list that somebody is choosing from stays as it is.
const isInUse = () => document.activeElement.matches("#fresh select");

async function refresh() {
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("fresh");
    if (answer.ok && fresh && fresh.innerHTML !== shown && !isInUse()) {
      shown = fresh.innerHTML;
      show(fresh);
    }
  } catch {
    // The emulator is away for a moment; the next round asks again.
  }
  setTimeout(refresh, 2000);
}

function fitFields(form) {
  const kind = form.elements.kind.value;
  for (const field of form.querySelectorAll("[data-kinds]")) {
    field.hidden = !field.dataset.kinds.split(" ").includes(kind);
  }
  for (const field of form.querySelectorAll("[data-calls]")) {
    field.hidden = kind.startsWith("webhook_") && kind !== "webhook_first";
  }
  for (const field of form.querySelectorAll("[data-kinds], [data-calls]")) {
    field.querySelector("input, select").disabled = field.hidden;
  }
}

if (list()) {
  setTimeout(refresh, 2000);
}
const form = document.getElementById("new-fault");
if (form) {
  form.elements.kind.addEventListener("change", () => fitFields(form));
  fitFields(form);
}
