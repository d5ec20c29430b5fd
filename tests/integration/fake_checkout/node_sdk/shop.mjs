// A merchant with Mercado Pago's SDK. Only the base URL is set; everything else is as the SDK has it.

import { createServer } from "node:http";
import { once } from "node:events";
import { MercadoPagoConfig } from "mercadopago";
import config from "mercadopago/dist/utils/config/index.js";

const { MERCADO_PAGO_BASE_URL, MERCADO_PAGO_ACCESS_TOKEN, MERCADO_PAGO_WEBHOOK_SECRET } = process.env;
const SWITCHES = { refunds: "approved", partial_refunds: "on", key_reused: "422", replay: "201", anonymize_payer: "off" };
config.AppConfig.BASE_URL = MERCADO_PAGO_BASE_URL;

export const secret = MERCADO_PAGO_WEBHOOK_SECRET;

/** A new one for each use: the SDK keeps the options of a call in it, its idempotency key too. */
export function account(options = {}, accessToken = MERCADO_PAGO_ACCESS_TOKEN) {
  return new MercadoPagoConfig({ accessToken, options });
}

/** Waits between tries as short as can be, where a test is not about how long they are. */
export const hasty = { initialDelay: 1, maxDelay: 1 };

export const aPix = (members = {}) => ({
  transaction_amount: 59.9,
  payment_method_id: "pix",
  payer: { email: "ana@example.com" },
  ...members,
});

/** What a tester does in the emulator's control paths. */
export async function control(method, path, body) {
  const answer = await fetch(`${MERCADO_PAGO_BASE_URL}/__fake${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

export const approve = (id) => control("POST", `/payments/${id}/approve`);

/** What goes wrong from now on, until the test is over. */
export async function goWrong(context, ...rules) {
  context.after(() => control("DELETE", "/faults"));
  await control("PUT", "/faults", { rules });
}

/** How the provider behaves from now on, until the test is over. */
export async function turn(context, switches) {
  context.after(() => control("PUT", "/switches", SWITCHES));
  await control("PUT", "/switches", switches);
}

/** The calls that came to the emulator, newest last, that fit. */
export async function calls(method, path) {
  const { requests } = await control("GET", "/requests");
  return requests.filter((one) => one.method === method && one.path === path);
}

/** A door for webhooks, as long as the test lasts. */
export async function merchant(context) {
  const received = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const query = new URL(request.url, "http://merchant").searchParams;
    response.end(() => server.emit("webhook"));
    received.push({ headers: request.headers, query, body: JSON.parse(body) });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const waitFor = async (number) => {
    while (received.length < number) await once(server, "webhook", { signal: AbortSignal.timeout(20_000) });
    return received;
  };
  return { url: `http://127.0.0.1:${server.address().port}/hook`, waitFor };
}
