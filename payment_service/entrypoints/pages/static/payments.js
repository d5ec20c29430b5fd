// What payment_service is asked. An attempt begins once, however often it has to be asked for.

const TRIES = 6;
const LONGEST_WAIT_SECONDS = 5;
const IMPATIENT_AFTER_SECONDS = 25;
const NOT_YET = ["unknown-charge", "idempotency-key-in-use", "lost-race"];

export class Problem extends Error {
  constructor(slug) {
    super(slug);
    this.slug = slug;
  }
}

export class Unreachable extends Error {}

export const wait = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });

// Random enough for a key; randomUUID is for secure addresses only.
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The attempt. Raises Problem where it may not begin, Unreachable where nobody knows whether it has.
export async function begin(attempt, key, onTrouble) {
  const body = JSON.stringify(attempt);
  const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
  for (let tried = 1; ; tried += 1) {
    const answer = await ask("../payments", { method: "POST", headers, body });
    if (answer.ok) {
      return answer.told;
    }
    if (!answer.passing) {
      throw new Problem(answer.slug);
    }
    if (tried === TRIES) {
      throw new Unreachable();
    }
    onTrouble();
    await wait(answer.wait ?? Math.min(tried, LONGEST_WAIT_SECONDS));
  }
}

// The attempt once it has ended; `onSlow` is called once where that takes long.
export async function follow(id, onSlow) {
  const begun = performance.now();
  let patient = true;
  for (;;) {
    const answer = await ask(`../payments/${encodeURIComponent(id)}`, {});
    if (answer.ok && !["CREATED", "PENDING"].includes(answer.told.status)) {
      return answer.told;
    }
    if (patient && performance.now() - begun > IMPATIENT_AFTER_SECONDS * 1000) {
      patient = false;
      onSlow();
    }
    await wait(patient ? 0.7 : 3);
  }
}

// The attempt as it is; null where it cannot be had.
export async function look(id) {
  const answer = await ask(`../payments/${encodeURIComponent(id)}`, {});
  return answer.ok ? answer.told : null;
}

async function ask(path, options) {
  try {
    const answer = await fetch(new URL(path, location.href), { cache: "no-store", ...options });
    const told = await answer.json();
    const slug = answer.ok ? null : told.type.split("/").pop();
    const wait = Number(answer.headers.get("Retry-After")) || undefined;
    const passing = answer.status >= 500 || answer.status === 429 || NOT_YET.includes(slug);
    return { ok: answer.ok, told, slug, passing, wait };
  } catch {
    return { ok: false, passing: true };
  }
}
