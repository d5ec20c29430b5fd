import assert from "node:assert/strict";
import { test } from "node:test";
import { MPBadRequestError, Payment, PaymentRefund } from "mercadopago";
import { aPix, account, approve, control, turn } from "./shop.mjs";

const refunds = () => new PaymentRefund(account());

async function paid(members) {
  const { id } = await new Payment(account()).create({ body: aPix(members) });
  await approve(id);
  return id;
}

test("money goes back in part, then what is left of it", async () => {
  const payment_id = await paid({ transaction_amount: 10 });

  const part = await refunds().create({ payment_id, body: { amount: 2.5 } });
  const between = await new Payment(account()).get({ id: payment_id });
  const rest = await refunds().total({ payment_id });
  const after = await new Payment(account()).get({ id: payment_id });

  assert.deepEqual([part.api_response.status, part.amount, part.status], [201, 2.5, "approved"]);
  assert.deepEqual([between.status, between.status_detail], ["approved", "partially_refunded"]);
  assert.equal(between.transaction_amount_refunded, 2.5);
  assert.equal(rest.amount, 7.5);
  assert.deepEqual([after.status, after.status_detail], ["refunded", "refunded"]);
  assert.equal(after.transaction_amount_refunded, 10);
});

test("refunds are listed and read one by one", async () => {
  const payment_id = await paid();
  const { api_response: _, ...made } = await refunds().total({ payment_id });

  const listed = await refunds().list({ payment_id });
  const { api_response, ...read } = await refunds().get({ payment_id, refund_id: made.id });

  assert.equal(api_response.status, 200);
  assert.deepEqual([...listed], [made]);
  assert.deepEqual(read, made);
});

test("money that never came cannot go back", async () => {
  const { id } = await new Payment(account()).create({ body: aPix() });

  await assert.rejects(refunds().total({ payment_id: id }), (error) => {
    assert.ok(error instanceof MPBadRequestError, error);
    assert.equal(error.causes[0].code, 2063);
    return true;
  });
});

test("a refund may take its time", async (context) => {
  await turn(context, { refunds: "in_process" });
  const payment_id = await paid();

  const refund = await refunds().total({ payment_id });
  const before = await new Payment(account()).get({ id: payment_id });
  await control("POST", `/payments/${payment_id}/refunds/${refund.id}`, { status: "approved" });
  const after = await new Payment(account()).get({ id: payment_id });

  assert.deepEqual([refund.status, before.status, after.status], ["in_process", "approved", "refunded"]);
});

test("a refund may be refused by the bank, or for want of balance, or for being a part", async (context) => {
  const payment_id = await paid();
  const refused = (code) => (error) => error instanceof MPBadRequestError && error.causes[0].code === code;

  await turn(context, { refunds: "rejected" });
  assert.equal((await refunds().total({ payment_id })).status, "rejected");
  await turn(context, { refunds: "no_balance" });
  await assert.rejects(refunds().total({ payment_id }), refused(2030));
  await turn(context, { refunds: "approved", partial_refunds: "off" });
  await assert.rejects(refunds().create({ payment_id, body: { amount: 1 } }), refused(3024));
});
