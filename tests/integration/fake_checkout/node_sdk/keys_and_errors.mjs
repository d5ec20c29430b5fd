import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import {
  MPAuthenticationError,
  MPBadRequestError,
  MPConnectionError,
  MPForbiddenError,
  MPIdempotencyError,
  MPNotFoundError,
  MPRateLimitError,
  MPServerError,
  MPValidationError,
  Payment,
} from "mercadopago";
import { aPix, account, calls, goWrong, hasty, turn } from "./shop.mjs";

const CREATE = ["POST", "/v1/payments"];
const payments = (options, token) => new Payment(account(options, token));

test("a key that is sent again makes no second payment", async () => {
  const idempotencyKey = randomUUID();
  const create = () => payments().create({ body: aPix(), requestOptions: { idempotencyKey } });

  const [first, again] = [await create(), await create()];

  assert.equal(again.id, first.id);
  assert.equal(again.api_response.status, 201);
});

test("a key that is sent with another body is refused, so that a key which leaks within the SDK is found", async () => {
  const leaking = payments();
  await leaking.create({ body: aPix(), requestOptions: { idempotencyKey: randomUUID() } });

  const other = leaking.create({ body: aPix({ transaction_amount: 1 }) });

  await assert.rejects(other, MPValidationError);
});

test("what a used key is answered with may differ", async (context) => {
  await turn(context, { replay: "200", key_reused: "409" });
  const idempotencyKey = randomUUID();
  const create = (members) => payments().create({ body: aPix(members), requestOptions: { idempotencyKey } });

  const [first, again] = [await create(), await create()];

  assert.deepEqual([first.api_response.status, again.api_response.status], [201, 200]);
  assert.equal(again.id, first.id);
  await assert.rejects(create({ transaction_amount: 1 }), MPIdempotencyError);
});

test("another merchant's payment is nobody else's business", async () => {
  const { id } = await payments().create({ body: aPix() });
  const another = () => payments({}, process.env.OTHER_ACCESS_TOKEN);

  await assert.rejects(another().get({ id }), MPForbiddenError);
  await assert.rejects(another().cancel({ id }), MPForbiddenError);
  assert.deepEqual((await another().search()).results, []);
});

test("who pays may be kept back from who reads", async (context) => {
  const { id, payer } = await payments().create({ body: aPix() });
  await turn(context, { anonymize_payer: "on" });

  const read = await payments().get({ id });

  assert.equal(payer.email, "ana@example.com");
  assert.deepEqual([read.payer.email, read.payer.id], [null, payer.id]);
});

test("a payment that there is not is not found", async () => {
  await assert.rejects(payments().get({ id: 1 }), (error) => {
    assert.ok(error instanceof MPNotFoundError, error);
    assert.deepEqual([error.status, error.error, error.causes[0].code], [404, "not_found", 2000]);
    return true;
  });
});

test("a body that is wrong is refused with the provider's code", async () => {
  await assert.rejects(payments().create({ body: aPix({ transaction_amount: "much" }) }), (error) => {
    assert.ok(error instanceof MPBadRequestError, error);
    assert.deepEqual([error.status, error.error, error.causes[0].code], [400, "bad_request", 4003]);
    return true;
  });
});

test("a merchant without a token is not let in", async () => {
  await assert.rejects(payments({}, "").get({ id: 1 }), MPAuthenticationError);
});

test("a provider that has too much to do is asked again after its Retry-After, with the same key", async (context) => {
  await goWrong(context, { kind: "rate_limit", retry_after: 1, method: "POST", times: 1 });
  const before = (await calls(...CREATE)).length;
  const began = Date.now();

  const created = await payments({ initialDelay: 20_000 }).create({ body: aPix() });

  assert.equal(created.status, "pending");
  assert.ok(Date.now() - began >= 950, "it did not wait");
  const made = (await calls(...CREATE)).slice(before);
  assert.deepEqual(made.map((one) => one.status), [429, 201]);
  assert.equal(new Set(made.map((one) => one.headers["X-Idempotency-Key"])).size, 1);
});

test("a provider that goes on having too much to do is told to the merchant", async (context) => {
  await goWrong(context, { kind: "rate_limit", retry_after: 7 });

  await assert.rejects(payments({ maxRetries: 0 }).get({ id: 1 }), (error) => {
    assert.ok(error instanceof MPRateLimitError, error);
    assert.deepEqual([error.retryAfter, error.error], [7, "too_many_requests"]);
    return true;
  });
});

test("a provider that breaks once is asked again, and a payment is made once", async (context) => {
  await goWrong(context, { kind: "status", status: 500, method: "POST", times: 1 });

  const created = await payments(hasty).create({ body: aPix({ external_reference: "node-broke-once" }) });

  const found = await payments().search({ options: { external_reference: "node-broke-once" } });
  assert.deepEqual(found.results.map((one) => one.id), [created.id]);
});

test("a provider that goes on breaking is asked four times", async (context) => {
  await goWrong(context, { kind: "status", status: 503, method: "POST" });
  const before = (await calls(...CREATE)).length;

  await assert.rejects(payments(hasty).create({ body: aPix() }), (error) => {
    assert.ok(error instanceof MPServerError, error);
    assert.equal(error.status, 503);
    return true;
  });
  assert.equal((await calls(...CREATE)).length - before, 4);
});

test("a page instead of an answer is an error of the server", async (context) => {
  await goWrong(context, { kind: "html", status: 502 });

  await assert.rejects(payments(hasty).get({ id: 1 }), MPServerError);
});

test("an answer that is lost makes no second payment", async (context) => {
  await goWrong(context, { kind: "answer_lost", method: "POST", times: 1 });

  const created = await payments(hasty).create({ body: aPix({ external_reference: "node-lost" }) });

  const found = await payments().search({ options: { external_reference: "node-lost" } });
  assert.deepEqual(found.results.map((one) => one.id), [created.id]);
});

test("a connection that goes on breaking is told as such", async (context) => {
  await goWrong(context, { kind: "answer_lost" });

  await assert.rejects(payments(hasty).get({ id: 1 }), MPConnectionError);
});

test("an answer that is too slow is given up, and comes for its key once the first call is over", async (context) => {
  await goWrong(context, { kind: "answer_late", seconds: 1, method: "POST", times: 1 });
  const idempotencyKey = randomUUID();
  const impatient = payments({ timeout: 300, maxRetries: 0, idempotencyKey });

  await assert.rejects(impatient.create({ body: aPix({ external_reference: "node-slow" }) }), MPConnectionError);

  const patient = payments({ retryOn: [409], initialDelay: 400, idempotencyKey });
  const created = await patient.create({ body: aPix({ external_reference: "node-slow" }) });
  const { results } = await payments().search({ options: { external_reference: "node-slow" } });
  assert.deepEqual(results.map((one) => one.id), [created.id]);
});

test("an answer that is cut short is taken for an empty one, and comes whole with its key", async (context) => {
  await goWrong(context, { kind: "cut_json", method: "POST", times: 1 });
  const idempotencyKey = randomUUID();
  const create = () => payments({ idempotencyKey }).create({ body: aPix() });

  const [cut, whole] = [await create(), await create()];

  assert.deepEqual(Object.keys(cut), ["api_response"]);
  assert.equal(cut.api_response.status, 201);
  assert.equal(whole.status, "pending");
});
