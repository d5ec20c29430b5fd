"""The service with the emulated provider, over HTTP both ways, its loops run by hand."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.serving import make_server

from payment_service.bootstrap import build
from payment_service.domain.provider import Unknown
from payment_service.entrypoints.rest.app import create_app
from payment_service.usecases.manage_account_usecase import AccountOf, PutAccount
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from servicekit.worker import Loops
from tests.builders.payment_service import STORE, TOTAL
from tests.contract.payment_service.providers import (
    OTHER_ACCOUNT,
    SECRET,
    TOKEN,
    EmulatedProvider,
    emulator_at,
)
from tests.fakes.payment_service.composed import some_settings

STOP_SECONDS = 10


@contextmanager
def served(application, port_holder):
    server = make_server("127.0.0.1", 0, application, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port_holder.append(server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        thread.join(STOP_SECONDS)
        server.server_close()


class Forwarding:
    """The address of an application that is made after somebody had to know it."""

    application = None

    def __call__(self, environ, start_response):
        return self.application(environ, start_response)


class Pair:
    """Both ends. Loops run when the test says so."""

    def __init__(self, container, provider_container, provider):
        self.container = container
        self.provider_container = provider_container
        self.provider = provider
        self.order_id = new_id()
        self.http = create_app(container).test_client()

    def hear(self, event_type, **data):
        now = datetime.now(UTC)
        deadline = (now + timedelta(minutes=15)).isoformat()
        about = {"total": TOTAL, "currency": "BRL", "method": "pix", "deadline": deadline}
        envelope = Envelope(
            id=new_id(),
            type=event_type,
            source="/orders",
            subject=self.order_id,
            store=STORE,
            time=now,
            data=about | data,
            sequence=1,
            dataschema=f"/events/{event_type}.schema.json",
        )
        self.container.inbox.store([envelope])
        self.work()

    def work(self):
        """Everything on both sides but upkeep, until nothing is left to do now."""
        loops = [
            *(loop for loop in self.container.loops if not loop.name.endswith(("purge", "reconcile"))),
            *(loop for loop in self.provider_container.loops if loop.name != "forgetting"),
        ]
        while sum(loop.step() for loop in loops):
            pass

    def payment(self):
        (newest, *_) = self.http.get(f"/payments?order_id={self.order_id}").json["items"]
        return newest


@pytest.fixture
def pair(sqlite_url, tmp_path):
    ports, door = [], Forwarding()
    books = f"sqlite:///{tmp_path / 'provider.sqlite3'}"
    with emulator_at(books) as (url, provider_container), served(door, ports):
        webhook_url = f"http://127.0.0.1:{ports[0]}/payments/webhook"
        settings = some_settings(
            sqlite_url,
            mercado_pago_base_url=url,
            mercado_pago_access_token=TOKEN,
            mercado_pago_webhook_secret=SECRET,
            webhook_url=webhook_url,
            mercado_pago_timeout_seconds=5.0,
        )
        container = build(settings)
        container.migrate()
        door.application = create_app(container)
        yield Pair(container, provider_container, EmulatedProvider(url, webhook_url))
        container.database.dispose()


def test_an_order_is_paid_and_the_provider_says_so_by_a_signed_notice(pair):
    pair.hear("order.placed.v1")
    payment = pair.payment()
    assert payment["status"] == "PENDING"
    pair.provider.pay(payment["provider_id"])
    pair.work()
    assert pair.payment()["status"] == "APPROVED"
    reads = [one for one in pair.provider.requests() if one["method"] == "GET"]
    assert reads, "the notice was believed without asking"


def test_an_order_that_ends_is_ended_at_the_provider_and_late_money_goes_back(pair):
    pair.hear("order.placed.v1")
    pair.hear("order.cancel_requested.v1", reason="customer")
    payment = pair.payment()
    assert payment["status"] == "CANCELLED"
    pair.provider.pay(payment["provider_id"], force=True)
    pair.work()
    payment = pair.payment()
    assert (payment["status"], payment["refunded"]) == ("APPROVED", "59.80")


@pytest.mark.parametrize(
    "kind",
    [
        {"kind": "answer_lost"},
        {"kind": "reset"},
        {"kind": "html", "status": 502},
        {"kind": "cut_json"},
        {"kind": "huge", "megabytes": 16},
        {"kind": "altered", "members": {"id": None, "status": 7, "transaction_amount": "a lot"}},
        {"kind": "status_after", "status": 500, "sticky": True},
    ],
    ids=lambda rule: rule["kind"],
)
def test_an_answer_that_never_comes_makes_no_second_payment(pair, kind):
    lost = kind | {"method": "POST", "path": "/v1/payments", "times": 1}
    pair.provider.faults(lost, {"kind": "webhook_drop"})
    pair.hear("order.placed.v1")
    wait_for_retry(pair)
    assert pair.payment()["status"] == "PENDING"
    assert len(pair.provider.gateway.search(pair.order_id).value) == 1


def test_an_answer_that_is_lost_is_made_good_by_the_notice(pair):
    pair.provider.faults({"kind": "answer_lost", "method": "POST", "path": "/v1/payments", "times": 1})
    pair.hear("order.placed.v1")
    assert pair.payment()["status"] == "PENDING"


NOTICES = [
    ({"webhook_ts": "milliseconds"}, None, [200]),
    ({"webhook_id": "lower"}, None, [200]),
    ({"webhook_ipn": "on"}, None, [200, 401]),
    ({}, {"kind": "webhook_double", "copies": 3}, [200] * 4),
    ({}, {"kind": "webhook_no_request_id"}, [200]),
    ({}, {"kind": "webhook_other_payment"}, [200]),
    ({}, {"kind": "webhook_unsigned"}, [401]),
    ({}, {"kind": "webhook_bad_signature"}, [401]),
    ({}, {"kind": "webhook_stale", "seconds": 3600}, [401]),
]


def test_notices_are_taken_however_they_are_signed_and_refused_where_they_are_not(pair):
    pair.hear("order.placed.v1")
    provider = pair.provider
    first = provider.control("GET", "deliveries").json()["deliveries"][0]["id"]

    for switches, fault, answers in NOTICES:
        start = provider.control(
            "PUT", "switches", {"webhook_ts": "seconds", "webhook_ipn": "off", **switches}
        )
        assert start.json().items() >= switches.items()
        provider.faults(*([] if fault is None else [fault]))
        before = len(provider.control("GET", "deliveries").json()["deliveries"])
        provider.control("POST", f"deliveries/{first}/resend")
        pair.work()
        told = provider.control("GET", "deliveries").json()["deliveries"][before:]
        assert [one["answer_status"] for one in told] == answers, (switches, fault)
    assert pair.payment()["status"] == "PENDING"


def test_a_notice_that_comes_before_the_answer_finds_its_payment(pair):
    pair.provider.control("PUT", "switches", {"webhook_first": "on"})
    loops = Loops([one for one in pair.provider_container.loops if one.name.startswith("webhook-courier")])
    loops.start()
    try:
        pair.hear("order.placed.v1")
    finally:
        loops.stop()
    (delivery,) = pair.provider.control("GET", "deliveries").json()["deliveries"]
    created = next(one for one in pair.provider.requests() if one["method"] == "POST")
    assert (delivery["answer_status"], pair.payment()["status"]) == (200, "PENDING")
    assert delivery["sent_at"] <= created["at"]


def test_a_refund_whose_answer_is_lost_is_made_once(pair):
    pair.hear("order.placed.v1")
    provider_id = pair.payment()["provider_id"]
    pair.provider.pay(provider_id)
    pair.work()
    path = "/v1/payments/*/refunds"
    pair.provider.faults({"kind": "answer_lost", "method": "POST", "path": path, "times": 1})
    pair.hear("order.cancelled.v1", reason="store", goods_used=False)
    wait_for_retry(pair)
    assert pair.payment()["refunded"] == "59.80"
    assert len(pair.provider.gateway.list_refunds(provider_id).value) == 1


def test_a_provider_that_asks_for_patience_gets_it(pair):
    rule = {"kind": "rate_limit", "retry_after": 3600, "method": "POST", "path": "/v1/payments", "times": 1}
    pair.provider.faults(rule)
    pair.hear("order.placed.v1")
    with pair.container.database.read() as connection:
        waits = connection.exec_driver_sql("SELECT next_at FROM charges").scalar_one()
    assert datetime.fromisoformat(waits).replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(minutes=50)


def test_a_stores_own_account_is_paid_tells_so_and_gives_back_after_it_was_given_back(pair):
    put = PutAccount(store=STORE, **OTHER_ACCOUNT)
    pair.container.usecases.put_account.execute(put)
    pair.hear("order.placed.v1")
    provider_id = pair.payment()["provider_id"]
    assert pair.provider.gateway.get(provider_id) == Unknown("get: status 403")  # the platform may not
    pair.provider.pay(provider_id)
    pair.work()
    assert pair.payment()["status"] == "APPROVED"
    pair.container.usecases.retire_account.execute(AccountOf(STORE))
    pair.hear("order.cancelled.v1", reason="store", goods_used=False)
    assert pair.payment()["refunded"] == "59.80"


def wait_for_retry(pair):
    """Time passes for what is to be asked again."""
    with pair.container.database.transaction() as transaction:
        for table in ("charges", "payments", "refunds"):
            transaction.connection.exec_driver_sql(
                f"UPDATE {table} SET next_at = datetime(next_at, '-1 minute') WHERE next_at IS NOT NULL"  # noqa: S608
            )
        transaction.commit()
    pair.work()
