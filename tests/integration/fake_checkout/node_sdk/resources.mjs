import assert from "node:assert/strict";
import { test } from "node:test";
import { IdentificationType, MPAuthenticationError, MPBadRequestError, Payment, PaymentMethod, User } from "mercadopago";
import { aPix, account } from "./shop.mjs";

test("the ways to pay are listed, Pix and cards among them", async () => {
  const methods = await new PaymentMethod(account()).get();

  const types = Object.fromEntries([...methods].map((one) => [one.id, one.payment_type_id]));
  assert.equal(types.pix, "bank_transfer");
  assert.equal(types.master, "credit_card");
  assert.equal(types.debelo, "debit_card");
});

test("the documents that a payer may show are listed", async () => {
  const documents = await new IdentificationType(account()).list();

  assert.deepEqual([...documents].map((one) => one.id), ["CPF", "CNPJ"]);
});

test("a merchant is told who it is", async () => {
  const user = await new User(account()).get();

  const { collector_id } = await new Payment(account()).create({ body: aPix() });
  assert.deepEqual([user.id, user.site_id, user.country_id], [collector_id, "MLB", "BR"]);
});

test("a merchant with somebody's wrong token is not told", async () => {
  const wrong = new User(account({}, "APP_USR-1-010126-guessed-1")).get();

  await assert.rejects(wrong, (error) => error instanceof MPAuthenticationError || error instanceof MPBadRequestError);
});

test("a payment is updated in what may be", async () => {
  const { id } = await new Payment(account()).create({ body: aPix() });
  const body = { external_reference: "node-updated", metadata: { table: 7 }, description: "Mesa 7" };

  const updated = await new Payment(account()).update({ id, body });
  const { results } = await new Payment(account()).search({ options: { external_reference: "node-updated" } });

  assert.deepEqual([updated.external_reference, updated.metadata], ["node-updated", { table: 7 }]);
  assert.deepEqual(results.map((one) => one.id), [id]);
});

test("a search is narrowed by status, method and time, and sorted", async () => {
  const external_reference = "node-narrowed";
  const ids = [];
  for (let number = 0; number < 3; number++) {
    ids.push((await new Payment(account()).create({ body: aPix({ external_reference }) })).id);
  }
  await new Payment(account()).cancel({ id: ids[1] });
  const search = async (options) => {
    const { results } = await new Payment(account()).search({ options: { external_reference, ...options } });
    return results.map((one) => one.id);
  };

  assert.deepEqual(await search({ status: "cancelled" }), [ids[1]]);
  assert.deepEqual(await search({ payment_method_id: "master" }), []);
  const sorted = { sort: "date_created", criteria: "asc" };
  assert.deepEqual(await search(sorted), ids);
  assert.deepEqual(await search({ ...sorted, limit: 1, offset: 1 }), [ids[1]]);
  const today = { range: "date_created", begin_date: "NOW-1DAYS", end_date: "NOW" };
  assert.deepEqual(new Set(await search(today)), new Set(ids));
  const yesterday = { range: "date_created", begin_date: "NOW-2DAYS", end_date: "NOW-1DAYS" };
  assert.deepEqual(await search(yesterday), []);
});
