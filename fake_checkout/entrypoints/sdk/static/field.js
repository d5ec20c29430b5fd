// One field of a card, in a frame of the emulator's. What is typed goes to the emulator's API alone.

const { type, shop } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const input = document.getElementById("value");
const TOKENS = new URL("../../v1/card_tokens", location.href);
const BIN_DIGITS = 8;
const AUTOCOMPLETE = { cardNumber: "cc-number", expirationDate: "cc-exp", securityCode: "cc-csc" };
const MOST_DIGITS = { cardNumber: 19, expirationDate: 4, securityCode: 4 };
let bin = null;

const tell = (event, told = {}) => parent.postMessage({ event, told }, shop);
const digits = () => input.value.replace(/\D/g, "");

const WRITTEN = {
  cardNumber: (text) => text.replace(/(\d{4})(?=\d)/g, "$1 "),
  expirationDate: (text) => text.replace(/^(\d{2})(\d)/, "$1/$2"),
  securityCode: (text) => text,
};

// The last digit of a card number is a check digit (ISO/IEC 7812-1, by Luhn).
function isNumber(text) {
  const sum = [...text].reverse().reduce((all, digit, at) => {
    const counted = at % 2 ? digit * 2 : Number(digit);
    return all + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0;
}

function isToCome(text) {
  const now = new Date();
  const month = Number(text.slice(0, 2));
  const months = (2000 + Number(text.slice(2))) * 12 + month;
  return month >= 1 && month <= 12 && months >= now.getFullYear() * 12 + now.getMonth() + 1;
}

const CAUSES = {
  cardNumber: (text) => (text.length < 13 ? "invalid_length" : isNumber(text) ? null : "invalid_value"),
  expirationDate: (text) => (text.length < 4 ? "invalid_length" : isToCome(text) ? null : "invalid_value"),
  securityCode: (text) => (text.length < 3 ? "invalid_length" : null),
};

function check() {
  const cause = CAUSES[type](digits());
  tell("validityChange", { errorMessages: cause ? [{ cause, message: `${type}: ${cause}` }] : [] });
}

function noteBin() {
  const begun = type === "cardNumber" && digits().length >= BIN_DIGITS ? digits().slice(0, BIN_DIGITS) : null;
  if (begun !== bin) {
    bin = begun;
    tell("binChange", { bin });
  }
}

function setUp({ placeholder = "", srLabel = type, ariaRequired = false, style = {} }) {
  const { placeholderColor, ...own } = style;
  Object.assign(input, { placeholder, autocomplete: AUTOCOMPLETE[type] });
  Object.assign(input.style, own);
  input.style.setProperty("--placeholder", placeholderColor ?? "");
  input.setAttribute("aria-label", srLabel);
  input.setAttribute("aria-required", String(ariaRequired));
  tell("ready");
}

// The fields beside this one, by their type: all frames of our origin in the same page.
function siblings() {
  const found = {};
  for (let at = 0; at < parent.length; at += 1) {
    try {
      const address = new URLSearchParams(parent[at].location.hash.slice(1));
      found[address.get("type")] = parent[at].document.getElementById("value").value.replace(/\D/g, "");
    } catch {
      // A frame of somebody else's.
    }
  }
  return found;
}

async function makeToken({ number, key, holder }) {
  const typed = siblings();
  const card = {
    card_number: typed.cardNumber,
    expiration_month: typed.expirationDate.slice(0, 2),
    expiration_year: typed.expirationDate.slice(2),
    security_code: typed.securityCode,
    cardholder: {
      name: holder.cardholderName,
      identification: { type: holder.identificationType, number: holder.identificationNumber },
    },
  };
  try {
    const answer = await fetch(`${TOKENS}?public_key=${encodeURIComponent(key)}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(card),
    });
    const told = await answer.json();
    tell("token", answer.ok ? { number, token: told } : { number, errors: told.cause?.length ? told.cause : [told] });
  } catch (error) {
    tell("token", { number, errors: [{ message: error.message }] });
  }
}

window.addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== shop) {
    return;
  }
  if (data.setUp) setUp(data.setUp);
  if (data.makeToken) makeToken(data.makeToken);
  if (data.focus) input.focus();
  if ("invalid" in (data.update ?? {})) input.setAttribute("aria-invalid", String(data.update.invalid));
});
input.addEventListener("input", () => {
  input.value = WRITTEN[type](digits().slice(0, MOST_DIGITS[type]));
  tell("change");
  noteBin();
});
input.addEventListener("focus", () => tell("focus"));
input.addEventListener("blur", () => {
  check();
  tell("blur");
});
tell("hello");
