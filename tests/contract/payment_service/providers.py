"""A provider to speak with: in memory, or the emulator behind the real adapter over HTTP."""

import json
import threading
from contextlib import contextmanager

import requests
from werkzeug.serving import make_server

import fake_checkout.bootstrap
import fake_checkout.settings
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.entrypoints.rest.prefix import below_prefix
from payment_service.domain.card import Card
from payment_service.domain.provider import ProviderStatus
from payment_service.infrastructure.gateways.mercado_pago_gateway import Account, MercadoPagoGateway
from servicekit.database.migrations import upgrade
from servicekit.ids import new_id
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.fakes.servicekit.copies import prepared

TOKEN = "APP_USR-1-010126-tests-100200300"
SECRET = "the-secret-of-the-tests"
OTHER_ACCOUNT = {
    "access_token": "APP_USR-1-010126-other-700800900",
    "public_key": "APP_USR-public-of-the-other",
    "webhook_secret": "the-secret-of-the-other-account",
}
STOP_SECONDS = 10


class MemoryProvider:
    def __init__(self):
        self.gateway = FakePaymentGateway()

    def card(self, *, refused=False):
        """The token of a card, which the bank will refuse or not."""
        token = new_id()
        if refused:
            self.gateway.cards[token] = (ProviderStatus.REJECTED, "cc_rejected_insufficient_amount")
        return Card(token)

    def pay(self, provider_id, **_force):
        self.gateway.pay(provider_id)

    def reject(self, provider_id):
        self.gateway.reject(provider_id)

    def expire(self, provider_id):
        self.gateway.expire(provider_id)

    def charge_back(self, provider_id):
        self.gateway.charge_back(provider_id)


class EmulatedProvider:
    """`url` is the emulator's address, at which the gateway speaks with it."""

    def __init__(self, url, webhook_url=None, timeout_seconds=10.0):
        self.url = url
        self.gateway = MercadoPagoGateway(
            Account(TOKEN, url, "cliente@example.com", webhook_url, timeout_seconds)
        )

    def card(self, *, refused=False):
        holder = {"name": "FUND" if refused else "APRO"}
        number = {"card_number": "5031433215406351", "security_code": "123"}
        ends = {"expiration_month": 11, "expiration_year": 2030}
        answer = requests.post(
            f"{self.url}/v1/card_tokens",
            json=number | ends | {"cardholder": holder},
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=10,
        )
        answer.raise_for_status()
        return Card(answer.json()["id"])

    def pay(self, provider_id, *, force=False):
        self.control("POST", f"payments/{provider_id}/approve", {"force": force})

    def reject(self, provider_id):
        self.control("POST", f"payments/{provider_id}/reject", {"status_detail": "rejected_by_bank"})

    def expire(self, provider_id):
        self.control("POST", f"payments/{provider_id}/expire")

    def charge_back(self, provider_id):
        self.control("POST", f"payments/{provider_id}/chargeback")

    def faults(self, *rules):
        self.control("PUT", "faults", {"seed": 1, "rules": list(rules)})

    def requests(self):
        return self.control("GET", "requests").json()["requests"]

    def control(self, method, path, body=None):
        answer = requests.request(method, f"{self.url}/__fake/{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer


@contextmanager
def emulator_at(database_url):
    """The address of an emulator with its own books; nothing moves there unless it is told to."""
    settings = fake_checkout.settings.Settings(
        database_url=database_url,
        access_token=TOKEN,
        webhook_secret=SECRET,
        control="on",
        accounts=json.dumps([OTHER_ACCOUNT]),
    )
    container = fake_checkout.bootstrap.build(settings)
    books = container.database
    prepared(books, "provider", lambda: upgrade(books, fake_checkout.bootstrap.MIGRATIONS))
    server = make_server("127.0.0.1", 0, below_prefix(create_app(container)), threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/fake-checkout", container
    finally:
        server.shutdown()
        thread.join(STOP_SECONDS)
        server.server_close()
        container.database.dispose()
