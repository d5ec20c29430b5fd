// Paying by card: the provider makes a token of what was typed in its own fields, and that alone is sent on.

import { SecureFields, Wrong } from "./fields.js";
import { Problem, Unreachable, begin, follow, look, newKey, wait } from "./payments.js";
import { MISSING_OR_WRONG, STANDS, TROUBLE, left, reason, why } from "./words.js";

const LOOKS_FOR_A_NEW_ORDER = 20;
const page = document.body.dataset;
const by = (id) => document.getElementById(id);
let fields;

function stand(name, link) {
  const [heading, text, look] = STANDS[name];
  by("paying")?.setAttribute("hidden", "");
  by("time")?.setAttribute("hidden", "");
  by("outcome").className = `outcome ${look}`;
  by("outcome-heading").textContent = heading;
  by("outcome-text").textContent = text;
  by("outcome-link").hidden = !link;
  if (link) {
    Object.assign(by("outcome-link").firstElementChild, link);
  }
  by("outcome").hidden = false;
  by("outcome").focus({ preventScroll: true });
}

function trouble(text) {
  by("trouble").textContent = text;
  by("trouble").hidden = false;
}

function mark(field, isRight) {
  const box = by(`field-${field}`);
  box.classList.toggle("wrong", !isRight);
  box.querySelector("input")?.setAttribute("aria-invalid", String(!isRight));
  const error = box.querySelector(".error");
  error.textContent = isRight ? "" : MISSING_OR_WRONG[field];
  error.hidden = isRight;
}

function isCpf(text) {
  const digits = text.replace(/\D/g, "");
  const check = (length) => {
    const sum = [...digits.slice(0, length)].reduce((all, digit, at) => all + digit * (length + 1 - at), 0);
    return ((sum * 10) % 11) % 10 === Number(digits[length]);
  };
  return digits.length === 11 && !/^(\d)\1*$/.test(digits) && check(9) && check(10);
}

const CHECKS = { holder: (text) => text.trim().length > 1, cpf: isCpf };

function requireOwnFields() {
  const wrong = Object.keys(CHECKS).filter((field) => !CHECKS[field](by(field).value));
  Object.keys(CHECKS).forEach((field) => mark(field, !wrong.includes(field)));
  if (wrong.length) {
    throw new Wrong(wrong);
  }
}

function showFieldsWrong(wrong) {
  wrong.forEach((field) => mark(field, false));
  if (wrong[0] in CHECKS) {
    by(wrong[0]).focus();
  } else {
    fields.focus(wrong[0]);
  }
}

function working(isSo) {
  by("pay").disabled = isSo;
  by("pay").classList.toggle("working", isSo);
  by("card").setAttribute("aria-busy", String(isSo));
}

// What became of an attempt that has ended; a refused one can be followed by another.
async function show(payment) {
  if (payment.status === "APPROVED" || payment.status === "CHARGED_BACK") {
    stand("approved");
  } else if (payment.status !== "REJECTED" || !fields) {
    location.reload();
  } else {
    const attempts = page.attemptsAllowed - payment.attempt;
    if (attempts <= 0) {
      stand("no-attempts-left");
      by("outcome-text").prepend(`${why(payment.status_detail)} `);
      return;
    }
    by("outcome").hidden = true;
    by("paying").hidden = false;
    by("time").hidden = false;
    trouble(`${reason(payment.status_detail)} ${left(attempts)}`);
    by("trouble").focus();
    await offerFields();
  }
}

async function watch(id) {
  const payment = await look(id);
  const isPix = payment?.method === "pix";
  const link = isPix && payment.ticket_url ? { href: payment.ticket_url, textContent: "Abrir o Pix" } : null;
  stand(isPix ? "pix-live" : "working", link);
  await show(await follow(id, () => { if (!isPix) stand("slow"); }));
}

async function pay() {
  const cpf = by("cpf").value.replace(/\D/g, "");
  by("trouble").hidden = true;
  working(true);
  let payment;
  try {
    requireOwnFields();
    const token = await fields.token(by("holder").value.trim(), cpf);
    payment = await begin({
      order_id: page.order,
      method: "card",
      token,
      installments: Number(by("installments").value),
      payer: { identification: { type: "CPF", number: cpf } },
    }, newKey(), () => trouble(TROUBLE.offline));
  } catch (error) {
    await explain(error);
    return;
  } finally {
    working(false);
  }
  await watch(payment.id);
}

async function explain(error) {
  if (error instanceof Wrong) {
    showFieldsWrong(error.fields);
  } else if (error instanceof Unreachable) {
    stand("unreachable", { href: location.href, textContent: "Ver como está" });
  } else if (error instanceof Problem && error.slug === "payment-live") {
    location.reload(); // and then the page knows which attempt it is
  } else if (error instanceof Problem && error.slug in STANDS) {
    stand(error.slug);
  } else {
    trouble(error instanceof Problem ? TROUBLE.refused : TROUBLE.token);
    by("trouble").focus();
  }
}

async function offerInstallments(bin) {
  const one = [{ parts: 1, text: "À vista" }];
  const offers = bin ? await fields.installments(page.amount, bin).catch(() => one) : one;
  const chosen = by("installments").value;
  by("installments").replaceChildren(...offers.map(({ parts, text }) => new Option(text, parts)));
  if (offers.some(({ parts }) => String(parts) === chosen)) {
    by("installments").value = chosen;
  }
  by("field-installments").hidden = offers.length < 2;
}

async function offerFields() {
  by("pay").disabled = true;
  by("loading").hidden = false;
  try {
    fields ??= new SecureFields(page.key, { onValidity: mark, onBin: offerInstallments });
    await fields.mount();
    by("pay").disabled = false;
  } catch {
    trouble(TROUBLE.fields);
  }
  by("loading").hidden = true;
}

function startCountdown() {
  const over = performance.now() + page.secondsLeft * 1000;
  const show = () => {
    const seconds = Math.max(0, Math.ceil((over - performance.now()) / 1000));
    const parts = [Math.floor(seconds / 60), seconds % 60];
    by("time-value").textContent = parts.map((part) => String(part).padStart(2, "0")).join(":");
    by("time").classList.toggle("short", seconds <= 60);
    if (seconds === 0) {
      clearInterval(ticking);
      if (!by("paying").hidden && !by("pay").classList.contains("working")) {
        stand("charge-closed");
      }
    }
  };
  const ticking = setInterval(show, 1000);
  show();
  by("time").hidden = false;
}

function writeCpf() {
  const digits = by("cpf").value.replace(/\D/g, "").slice(0, 11);
  by("cpf").value = digits.replace(/^(\d{3})(\d)/, "$1.$2").replace(/^(\d{3}\.\d{3})(\d)/, "$1.$2").replace(/(\d{3})(\d{1,2})$/, digits.length > 9 ? "$1-$2" : "$&");
}

async function offer() {
  if (by("trouble").dataset.refused !== undefined) {
    trouble(`${reason(by("trouble").dataset.refused)} ${left(Number(page.attemptsLeft))}`);
  }
  by("card").addEventListener("submit", (event) => {
    event.preventDefault();
    pay();
  });
  by("cpf").addEventListener("input", writeCpf);
  for (const [field, isRight] of Object.entries(CHECKS)) {
    by(field).addEventListener("change", () => mark(field, isRight(by(field).value)));
    by(field).addEventListener("input", () => isRight(by(field).value) && mark(field, true));
  }
  document.querySelectorAll("[data-focus]").forEach((label) => label.addEventListener("click", () => fields?.focus(label.dataset.focus)));
  by("card").hidden = false;
  startCountdown();
  await offerFields();
}

// The order is on its way here when it was placed a moment ago.
async function awaitOrder() {
  stand("unknown-charge");
  for (let looked = 0; looked < LOOKS_FOR_A_NEW_ORDER; looked += 1) {
    await wait(1);
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) {
      location.reload();
      return;
    }
  }
  stand("missing");
}

if (page.state === "open") {
  offer();
} else if (page.state === "unknown-charge") {
  awaitOrder();
} else if (page.state === "payment-live") {
  watch(page.payment);
} else {
  stand(page.state);
}
