from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.payment import AttemptTold, PaymentCode, PaymentMethod, PaymentStatus
from orders_service.entrypoints.events.payment_handlers import payment_handlers
from orders_service.usecases.close_payment_usecase import ClosePayment
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from orders_service.usecases.record_chargeback_usecase import RecordChargeback
from orders_service.usecases.record_refund_usecase import RecordRefund
from orders_service.usecases.reject_payment_usecase import RejectPayment
from orders_service.usecases.show_payment_usecase import ShowPayment
from servicekit.messaging.envelope import Envelope, Unintelligible
from tests.builders.orders_service import NOON, STORE

ATTEMPT = {"payment_id": "p", "attempt": 1, "status": "APPROVED", "method": "pix", "amount": 5980}
CODE = {"qr_code": "0002", "ticket_url": None, "expires_at": "2026-11-21T12:30:00.000Z"}
REFUND = {"refund_id": "r", "refunded_total": 100, "reason": "customer"}
TOLD = AttemptTold("p", 1, PaymentStatus.APPROVED, PaymentMethod.PIX, 5980, 7)


class Unknowing:
    """A use case that does not know the order."""

    def execute(self, _request):
        raise OrderNotFound("order")


class Remembering:
    """A use case that remembers what was asked of it."""

    def __init__(self, asked):
        self.execute = asked.append


@pytest.fixture
def asked():
    return []


@pytest.fixture
def handle(asked):
    names = (
        "show_payment",
        "confirm_payment",
        "reject_payment",
        "close_payment",
        "record_refund",
        "record_chargeback",
    )
    handlers = payment_handlers(SimpleNamespace(**{name: Remembering(asked) for name in names}))

    def handle(event_type, data):
        envelope = Envelope(
            id="e",
            type=f"payment.{event_type}.v1",
            source="/payments",
            subject="order",
            store=STORE,
            time=NOON,
            data=data,
            sequence=7,
            dataschema="/events/x",
        )
        handlers[envelope.type](envelope)

    return handle


@pytest.mark.parametrize(
    ("event_type", "data", "request_"),
    [
        (
            "created",
            {**ATTEMPT, **CODE},
            ShowPayment(
                STORE,
                "order",
                TOLD,
                PaymentCode("0002", None, datetime(2026, 11, 21, 12, 30, tzinfo=UTC)),
            ),
        ),
        ("approved", ATTEMPT, ConfirmPayment(STORE, "order", TOLD)),
        ("rejected", {**ATTEMPT, "attempts_left": 2, "reason": "x"}, RejectPayment(STORE, "order", TOLD, 2)),
        ("closed", ATTEMPT, ClosePayment(STORE, "order", TOLD)),
        ("closed", dict.fromkeys(ATTEMPT), ClosePayment(STORE, "order", None)),
        ("refunded", {**ATTEMPT, **REFUND}, RecordRefund(STORE, "order", TOLD, 100)),
        ("refund_failed", {**ATTEMPT, **REFUND}, RecordRefund(STORE, "order", TOLD, 100)),
        ("charged_back", {**ATTEMPT, "reimbursed": True}, RecordChargeback(STORE, "order", TOLD)),
    ],
)
def test_an_event_becomes_the_request_of_its_use_case(handle, asked, event_type, data, request_):
    handle(event_type, data)
    assert asked == [request_]


def test_what_is_new_in_an_event_is_not_minded(handle, asked):
    handle("approved", {**ATTEMPT, "installments": 3})
    assert asked == [ConfirmPayment(STORE, "order", TOLD)]


@pytest.mark.parametrize(
    ("event_type", "change"),
    [
        ("approved", {"status": "TRANSFERRED"}),
        ("approved", {"status": None}),
        ("approved", {"method": "cheque"}),
        ("approved", {"amount": "59.80"}),
        ("approved", {"amount": 59.8}),
        ("approved", {"amount": -1}),
        ("approved", {"amount": 10**18}),
        ("approved", {"attempt": 0}),
        ("approved", {"payment_id": ""}),
        ("approved", {"payment_id": "x" * 65}),
        ("approved", {"payment_id": None}),
        ("created", {**CODE, "expires_at": "2026-11-21T12:30:00"}),
        ("created", {**CODE, "expires_at": "tomorrow"}),
        ("rejected", {}),
        ("rejected", {"attempts_left": -1}),
        ("refunded", {}),
        ("closed", {"status": "?"}),
    ],
)
def test_an_event_that_makes_no_sense_is_for_a_person_to_look_at(handle, asked, event_type, change):
    with pytest.raises(Unintelligible):
        handle(event_type, {**ATTEMPT, **change})
    assert asked == []


@pytest.mark.parametrize(
    ("event_type", "data", "line"),
    [
        ("refund_failed", {**ATTEMPT, **REFUND}, "refund_failed"),
        ("charged_back", {**ATTEMPT, "status": "CHARGED_BACK", "reimbursed": False}, "payment_charged_back"),
    ],
)
def test_money_that_goes_astray_is_an_alert(handle, event_type, data, line):
    with capture_logs() as lines:
        handle(event_type, data)
    assert [(one["event"], one["log_level"]) for one in lines] == [(line, "error")]


def test_a_reimbursement_is_no_alert(handle, asked):
    with capture_logs() as lines:
        handle("charged_back", {**ATTEMPT, "reimbursed": True})
    assert lines == []
    assert asked == [RecordChargeback(STORE, "order", replace(TOLD))]


def test_an_order_that_is_not_here_will_not_come_by_waiting():
    handlers = payment_handlers(SimpleNamespace(confirm_payment=Unknowing()))
    event = Envelope(
        id="e",
        type="payment.approved.v1",
        source="/payments",
        subject="order",
        store=STORE,
        time=NOON,
        data=ATTEMPT,
        sequence=7,
        dataschema="/events/x",
    )
    with pytest.raises(Unintelligible, match="no such order here: order"):
        handlers["payment.approved.v1"](event)
