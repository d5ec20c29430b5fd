import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidWebhookSignatureError, Payment, SignatureFailureReason, WebhookSignatureValidator } from "mercadopago";
import { aPix, account, approve, merchant, secret } from "./shop.mjs";

const validate = ({ headers, query }, changes = {}) =>
  WebhookSignatureValidator.validate({
    xSignature: headers["x-signature"],
    xRequestId: headers["x-request-id"],
    dataId: query.get("data.id"),
    toleranceSeconds: 60,
    secret,
    ...changes,
  });

test("webhooks are genuine to the SDK's validator, and name the payment and nothing else of it", async (context) => {
  const { url, waitFor } = await merchant(context);
  const created = await new Payment(account()).create({ body: aPix({ notification_url: url }) });
  await approve(created.id);

  const webhooks = await waitFor(2);

  for (const webhook of webhooks) {
    validate(webhook);
    assert.equal(webhook.query.get("type"), "payment");
    assert.equal(webhook.query.get("data.id"), String(created.id));
    assert.deepEqual(webhook.body.data, { id: String(created.id) });
  }
  assert.deepEqual(new Set(webhooks.map((one) => one.body.action)), new Set(["payment.created", "payment.updated"]));
});

test("what was not signed so is found out by the validator", async (context) => {
  const { url, waitFor } = await merchant(context);
  await new Payment(account()).create({ body: aPix({ notification_url: url }) });
  const [webhook] = await waitFor(1);

  for (const forged of [{ secret: "guessed" }, { dataId: "1" }, { xRequestId: "another" }]) {
    assert.throws(() => validate(webhook, forged), (error) => {
      assert.ok(error instanceof InvalidWebhookSignatureError, error);
      assert.equal(error.reason, SignatureFailureReason.SignatureMismatch);
      return true;
    });
  }
});
