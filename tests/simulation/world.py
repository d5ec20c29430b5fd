"""The whole house in one thread: three applications; clock, post and provider do as they are told."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import requests
from flask.testing import FlaskClient

import fake_checkout.bootstrap
import fake_checkout.settings
import orders_service.bootstrap
import orders_service.settings
import payment_service.bootstrap
import payment_service.settings
from fake_checkout.entrypoints.rest.app import create_app as create_emulator_app
from orders_service.domain.errors import DomainError
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.entrypoints.rest.app import create_app as create_orders_app
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.cancel_order_usecase import CancelOrder
from payment_service.domain.errors import DomainError as PaymentError
from payment_service.domain.reconciliation import Difference, Reconciliation
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from payment_service.infrastructure.gateways.mercado_pago_client import MercadoPagoClient
from payment_service.usecases.reconcile_usecase import BeginReconciliation, Reconcile
from payment_service.usecases.request_refund_usecase import RequestRefund
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.ids import new_id
from servicekit.messaging.relay import Relay
from servicekit.settings import load
from servicekit.worker import Loop
from standalone.keys import key_pair
from tests.fakes.orders_service.images import FakeArtist
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.servicekit.clock import AdjustableClock
from tests.fakes.servicekit.copies import prepared
from tests.simulation.line import Line, WebhookLine
from tests.simulation.post import Post

DEADLINE_SECONDS = 120
PATIENCE_SECONDS = 300
ATTEMPTS = 2
EMULATOR = "http://emulator.test"
ACCESS_TOKEN = "APP_USR-1-010126-sim-100200300"
WEBHOOK_URL = "http://payments.test/payments/webhook"
WEBHOOK_SECRET = "between-the-two-of-us"
QUIET_SECONDS = (1, 5, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 3700, 3700)
"""How time goes on until everything has come to rest: past every deadline, patience and retry."""
PATIENT_SECONDS = (1, 2, 4, 8, 15, 30, 60)
UPKEEP = ("purge", "forgetting", "reconcile")


class World:
    """One restaurant with its provider. `orders` are the ids of what was ordered."""

    def __init__(self, folder: Path, databases: tuple[str, str, str]) -> None:
        self.clock = AdjustableClock()
        self.post = Post()
        self.webhooks = WebhookLine()
        self.orders: list[str] = []
        environ = self._environ(folder)
        orders, payments, books = (Database(url, clock=self.clock) for url in databases)
        self.orders_service = orders_service.bootstrap.build(
            load(orders_service.settings.Settings, {**environ, "DATABASE_URL": databases[0]}),
            database=orders,
            passwords=FakePasswords(),
            artist=FakeArtist(),
        )
        self.payment_service = payment_service.bootstrap.build(
            load(payment_service.settings.Settings, {**environ, "DATABASE_URL": databases[1]}),
            database=payments,
            clock=self.clock.seconds,
        )
        self.provider = fake_checkout.bootstrap.build(
            load(fake_checkout.settings.Settings, {**environ, "DATABASE_URL": databases[2]}),
            database=books,
            sender=self.webhooks,
            pause=lambda _seconds: None,
        )
        prepared(orders, ("orders of a world", self.clock.time), self.orders_service.prepare)
        prepared(payments, "payments", self.payment_service.migrate)
        prepared(books, "provider", lambda: upgrade(books, fake_checkout.bootstrap.MIGRATIONS))
        self._open_doors()

    def _environ(self, folder: Path) -> dict[str, str]:
        return {
            **key_pair(folder, {}),
            "DEMO_DATA": "on",
            "FAKE_CHECKOUT_CONTROL": "on",
            "PAYMENT_DEADLINE_SECONDS": str(DEADLINE_SECONDS),
            "CANCEL_PATIENCE_SECONDS": str(PATIENCE_SECONDS),
            "PAYMENT_ATTEMPTS": str(ATTEMPTS),
            "MERCADO_PAGO_BASE_URL": EMULATOR,
            "MERCADO_PAGO_ACCESS_TOKEN": ACCESS_TOKEN,
            "MERCADO_PAGO_WEBHOOK_SECRET": WEBHOOK_SECRET,
            "WEBHOOK_URL": WEBHOOK_URL,
        }

    def _open_doors(self) -> None:
        self.kiosk: FlaskClient = create_orders_app(self.orders_service).test_client()
        payments_app = create_payments_app(self.payment_service)
        self.payer: FlaskClient = payments_app.test_client()
        self.webhooks.application = payments_app
        emulator_app = create_emulator_app(self.provider)
        self.bank: FlaskClient = emulator_app.test_client()
        self.line = Line(emulator_app)
        self._session = requests.Session()
        self._session.mount(EMULATOR, self.line)
        self._relays = [
            Loop("relay", Relay(one.database, one.outbox, self.post).step)
            for one in (self.orders_service, self.payment_service)
        ]

    def close(self) -> None:
        """Let go of the databases."""
        for part in (self.orders_service, self.payment_service, self.provider):
            part.database.dispose()

    def counted_product(self) -> str:
        """The product of which there are fewest."""
        menu = self.kiosk.get("/products?limit=200").json["items"]
        return min((one for one in menu if one["available"]), key=lambda one: one["available"])["id"]

    # What people do. Whatever is refused at the time is refused; nothing may follow from it.

    def place(self, product_id: str, quantity: int) -> None:
        """A customer orders."""
        body = {"items": [{"product_id": product_id, "quantity": quantity}]}
        answer = self.kiosk.post("/orders/checkout", json=body)
        assert answer.status_code in {201, 409}, answer.text
        if answer.status_code == 201:
            self.orders.append(answer.json["id"])

    def cancel(self, which: int) -> None:
        """A customer cancels."""
        if self.orders:
            answer = self.kiosk.post(f"/orders/{self._order(which)}/cancel", json={})
            assert answer.status_code in {202, 409}, answer.text

    def cancel_by_store(self, which: int) -> None:
        """A manager cancels."""
        if self.orders:
            request = CancelOrder("default", self._order(which), CancelReason.STORE)
            self._try(lambda: self.orders_service.usecases.cancel_order.execute(request))

    def cook(self, which: int) -> None:
        """The kitchen moves an order one step on."""
        if not self.orders:
            return
        order_id = self._order(which)
        steps = [OrderStatus.IN_PREPARATION, OrderStatus.READY, OrderStatus.FINISHED]
        for status in steps:
            request = AdvanceOrder("default", order_id, status)
            if self._try(lambda request=request: self.orders_service.usecases.advance_order.execute(request)):
                return

    def try_again(self, which: int) -> None:
        """A customer asks for another attempt."""
        if self.orders:
            body = {"order_id": self._order(which), "method": "pix"}
            answer = self.payer.post("/payments", json=body)
            assert answer.status_code in {202, 404, 409}, answer.text

    def bank_does(self, verb: str, which: int, **said: Any) -> None:
        """The payer's bank approves, rejects, charges back or lets expire one of the provider's payments."""
        payment = self._payment(which)
        if payment is not None:
            answer = self.bank.post(f"/__fake/payments/{payment['id']}/{verb}", json=said)
            assert answer.status_code in {200, 201, 202, 204, 400, 409}, answer.text

    def give_back(self, which: int, centavos: int) -> None:
        """A manager gives some money of a payment back."""
        payment = self._payment(which)
        if payment is not None:
            request = RequestRefund("default", payment["metadata"]["payment_id"], centavos, "cold")
            self._try(lambda: self.payment_service.usecases.request_refund.execute(request))

    def give_back_at_provider(self, which: int, centavos: int) -> None:
        """Somebody gives some money of a payment back in the provider's own pages, if those work now."""
        payment = self._payment(which)
        if payment is not None:
            headers = {"Authorization": f"Bearer {ACCESS_TOKEN}", "X-Idempotency-Key": new_id()}
            with suppress(ConnectionResetError):
                self.bank.post(
                    f"/v1/payments/{payment['id']}/refunds", json={"amount": centavos / 100}, headers=headers
                )

    def _payment(self, which: int) -> dict[str, Any] | None:
        payments = self.bank.get("/__fake/books").json["payments"]
        oldest_first = sorted(payments, key=lambda one: one["date_created"])
        return oldest_first[which % len(payments)] if payments else None

    def break_provider(self, rule: dict[str, Any]) -> None:
        """From now on the provider's calls or webhooks go wrong in this way."""
        answer = self.bank.put("/__fake/faults", json={"seed": 1, "rules": [rule]})
        assert answer.status_code == 200, answer.text

    def heal(self) -> None:
        """Every fault is over."""
        self.webhooks.cut = False
        self.line.blows.clear()
        assert self.bank.delete("/__fake/faults").status_code in {200, 204}

    # How time goes by

    def work(self, which: int | None = None) -> int:
        """Every loop, or one of them, does one step. Returns how much was done."""
        loops = [
            *self._relays,
            *self.orders_service.loops,
            *self.payment_service.loops,
            *self.provider.loops,
        ]
        chosen = loops if which is None else [loops[which % len(loops)]]
        with mock.patch.object(MercadoPagoClient, "_session", return_value=self._session):
            return sum(loop.step() for loop in chosen if not loop.name.endswith(UPKEEP))

    def compare_books(self, day: date) -> tuple[list[Reconciliation], list[Difference]]:
        """payment_service compares a day with the provider's books, as an operator has it done."""
        usecases, lease = self.payment_service.usecases, self.payment_service.lease
        ended, differences = [], []
        with mock.patch.object(MercadoPagoClient, "_session", return_value=self._session):
            for one in usecases.begin_reconciliation.execute(BeginReconciliation(day, lease)):
                reconciliation = one
                while reconciliation.finished_at is None:
                    compared = usecases.reconcile.execute(Reconcile(lease, reconciliation))
                    assert compared is not None
                    assert compared.hindrance is None, compared.hindrance
                    reconciliation = compared.reconciliation
                    differences += compared.differences
                ended.append(reconciliation)
        return ended, differences

    def come_to_rest(self) -> None:
        """Heal, deliver, work and let time pass until nothing is left to do."""
        self.heal()
        for seconds in QUIET_SECONDS:
            self.finish_what_is_due()
            self.clock.advance(seconds=seconds)
        self.finish_what_is_due()

    def wait(self, **by: float) -> None:
        """Time passes, by `seconds=` and so on; then what is due is done."""
        self.clock.advance(**by)
        self.finish_what_is_due()

    def wait_until(self, condition: Callable[[], object]) -> None:
        """Time passes, two minutes at most."""
        self.finish_what_is_due()
        for seconds in PATIENT_SECONDS:
            if condition():
                return
            self.wait(seconds=seconds)
        assert condition(), "it did not come about in time"

    def finish_what_is_due(self) -> None:
        """Every loop works and all post is delivered, until nothing is left to do now."""
        for _round in range(60):
            if not self.work() + self.post.deliver_all():
                return
        raise AssertionError("it does not come to rest")

    def _order(self, which: int) -> str:
        return self.orders[which % len(self.orders)]

    def _try(self, action: Any) -> bool:
        try:
            action()
        except (DomainError, PaymentError):
            return False
        return True
