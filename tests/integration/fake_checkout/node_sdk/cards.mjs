import assert from "node:assert/strict";
import { test } from "node:test";
import { CardToken, MPBadRequestError, Payment, PaymentRefund } from "mercadopago";
import { account, approve } from "./shop.mjs";

const payments = () => new Payment(account());
const tokens = () => new CardToken(account());
const refusedWith = (...codes) => (error) => {
  assert.ok(error instanceof MPBadRequestError, error);
  assert.deepEqual(error.causes.map((one) => String(one.code)), codes);
  return true;
};

const aCard = (holder = "APRO", members = {}) => ({
  card_number: "5031433215406351",
  expiration_month: "11",
  expiration_year: "2030",
  security_code: "123",
  cardholder: { name: holder, identification: { type: "CPF", number: "12345678909" } },
  ...members,
});

async function pay(holder, members = {}) {
  const { id: token } = await tokens().create({ body: aCard(holder) });
  return payments().create({
    body: {
      transaction_amount: 100,
      token,
      installments: 1,
      payment_method_id: "master",
      payer: { email: "ana@example.com", identification: { type: "CPF", number: "12345678909" } },
      ...members,
    },
  });
}

test("a token stands for a card, tells little of it, and is read again", async () => {
  const { api_response, ...created } = await tokens().create({ body: aCard() });

  const { api_response: _, ...read } = await tokens().get({ id: created.id });

  assert.equal(api_response.status, 201);
  assert.match(created.id, /^[0-9a-f]{32}$/);
  assert.deepEqual([created.first_six_digits, created.last_four_digits], ["503143", "6351"]);
  assert.deepEqual([created.status, created.expiration_month, created.expiration_year], ["active", 11, 2030]);
  assert.ok(!JSON.stringify(created).includes("5031433215406351"));
  assert.deepEqual(read, created);
});

test("every field of a card that is wrong is named", async () => {
  const wrong = aCard("APRO", { card_number: "5031433215406352", security_code: "", expiration_month: "13" });

  await assert.rejects(tokens().create({ body: wrong }), refusedWith("E301", "224", "325"));
});

test("a payment by card is approved, and told with its card and its parts", async () => {
  const paid = await pay("APRO", { transaction_amount: 100, installments: 3 });

  assert.equal(paid.api_response.status, 201);
  assert.deepEqual([paid.status, paid.status_detail, paid.captured], ["approved", "accredited", true]);
  assert.deepEqual([paid.payment_type_id, paid.payment_method_id], ["credit_card", "master"]);
  assert.deepEqual([paid.installments, paid.card.last_four_digits], [3, "6351"]);
  assert.equal(typeof paid.issuer_id, "string");
  assert.match(paid.authorization_code, /^\d{6}$/);
  const { net_received_amount, total_paid_amount } = paid.transaction_details;
  assert.ok(net_received_amount < total_paid_amount);
});

for (const [holder, status, detail] of [
  ["OTHE", "rejected", "cc_rejected_other_reason"],
  ["FUND", "rejected", "cc_rejected_insufficient_amount"],
  ["CALL", "rejected", "cc_rejected_call_for_authorize"],
  ["CONT", "in_process", "pending_contingency"],
]) {
  test(`a card of ${holder} is ${status}, and that is no error`, async () => {
    const paid = await pay(holder);

    assert.deepEqual([paid.api_response.status, paid.status, paid.status_detail], [201, status, detail]);
  });
}

test("a payment that is in process is decided later", async () => {
  const { id } = await pay("CONT");
  await approve(id);

  assert.equal((await payments().get({ id })).status, "approved");
});

test("a binary payment is never in process", async () => {
  assert.equal((await pay("CONT", { binary_mode: true })).status, "rejected");
});

test("a token pays once, and the method is told by the card", async () => {
  const { id: token } = await tokens().create({ body: aCard() });
  const body = { transaction_amount: 1, token, installments: 1, payer: { email: "ana@example.com" } };

  const paid = await payments().create({ body });

  assert.equal(paid.payment_method_id, "master");
  await assert.rejects(payments().create({ body }), refusedWith("3003"));
  await assert.rejects(payments().create({ body: { ...body, token: "0".repeat(32) } }), refusedWith("2006"));
});

test("what is authorized is captured as a whole", async () => {
  const held = await pay("APRO", { capture: false });

  const captured = await payments().capture({ id: held.id });

  assert.deepEqual([held.status, held.status_detail, held.captured], ["authorized", "pending_capture", false]);
  assert.deepEqual([captured.status, captured.captured, captured.transaction_amount], ["approved", true, 100]);
});

test("what is authorized is captured in part, and that is then its amount", async () => {
  const { id } = await pay("APRO", { capture: false, transaction_amount: 110 });

  const captured = await payments().capture({ id, transaction_amount: 40 });

  assert.deepEqual([captured.status, captured.transaction_amount], ["approved", 40]);
});

test("what is authorized is cancelled instead", async () => {
  const { id } = await pay("APRO", { capture: false });

  assert.equal((await payments().cancel({ id })).status, "cancelled");
  await assert.rejects(payments().capture({ id }), MPBadRequestError);
});

test("money paid by card goes back in part and in full", async () => {
  const { id: payment_id } = await pay("APRO");
  const refunds = () => new PaymentRefund(account());

  const part = await refunds().create({ payment_id, body: { amount: 30 } });
  const rest = await refunds().total({ payment_id });

  assert.deepEqual([part.amount, rest.amount], [30, 70]);
  assert.equal((await payments().get({ id: payment_id })).status, "refunded");
});
