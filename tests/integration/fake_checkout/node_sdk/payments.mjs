import assert from "node:assert/strict";
import { test } from "node:test";
import { MPBadRequestError, Payment } from "mercadopago";
import { aPix, account, approve } from "./shop.mjs";

const payments = () => new Payment(account());
const refuses = (code) => (error) => {
  assert.ok(error instanceof MPBadRequestError, error);
  assert.equal(error.causes[0].code, code);
  return true;
};

test("a Pix payment is created and can be paid by its code", async () => {
  const created = await payments().create({ body: aPix({ external_reference: "node-1" }) });

  assert.equal(created.api_response.status, 201);
  assert.equal(created.status, "pending");
  assert.equal(created.status_detail, "pending_waiting_transfer");
  assert.equal(created.transaction_amount, 59.9);
  const { qr_code, qr_code_base64, ticket_url } = created.point_of_interaction.transaction_data;
  assert.match(qr_code, /^000201.*6304[0-9A-F]{4}$/);
  assert.match(qr_code_base64, /^iVBOR/);
  assert.ok(new URL(ticket_url));
});

test("a payment is read as it was created", async () => {
  const { api_response: _, ...created } = await payments().create({ body: aPix() });

  const { api_response, ...read } = await payments().get({ id: created.id });

  assert.equal(api_response.status, 200);
  assert.deepEqual(read, created);
});

test("a search finds by reference and pages through everything", async () => {
  const reference = "node-search";
  const ids = new Set();
  for (let left = 3; left; left--) {
    ids.add((await payments().create({ body: aPix({ external_reference: reference }) })).id);
  }

  const page = await payments().search({ options: { external_reference: reference, limit: 2 } });
  const all = new Set();
  for await (const one of payments().searchAll({ options: { external_reference: reference, limit: 2 } })) {
    all.add(one.id);
  }

  assert.deepEqual(page.paging, { total: 3, limit: 2, offset: 0 });
  assert.equal(page.results.length, 2);
  assert.deepEqual(all, ids);
});

test("a payment is cancelled once", async () => {
  const { id } = await payments().create({ body: aPix() });

  const cancelled = await payments().cancel({ id });

  assert.equal(cancelled.status, "cancelled");
  assert.equal(cancelled.status_detail, "by_collector");
  await assert.rejects(payments().cancel({ id }), refuses(2018));
});

test("a payment that was paid is approved and cannot be cancelled", async () => {
  const { id } = await payments().create({ body: aPix() });
  await approve(id);

  const paid = await payments().get({ id });

  assert.deepEqual([paid.status, paid.status_detail], ["approved", "accredited"]);
  assert.ok(Date.parse(paid.date_approved));
  await assert.rejects(payments().cancel({ id }), refuses(2018));
});
