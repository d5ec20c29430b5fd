import assert from "node:assert/strict";
import { test } from "node:test";
import { MPBadRequestError, Payment, PaymentRefund } from "mercadopago";
import { aPix, account, approve } from "./shop.mjs";

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
