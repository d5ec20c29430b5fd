"""Payments, refunds and notifications of the emulated provider, valid unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from fake_checkout.domain.account import Account
from fake_checkout.domain.brcode import Seller
from fake_checkout.domain.card import YES, Card, CardToken
from fake_checkout.domain.delivery import Delivery, Notification
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import Terms

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = Account(
    collector_id=100_200_300,
    seller=Seller("Comanda São João", "São Paulo", "5f0c2c9e-6f0e-4d0b-9a53-3c1d7b8a2e64"),
    fee_basis_points=99,
    public_url="http://localhost:5000/fake-checkout",
)
A_CARD = Card(
    first_six_digits="423564",
    last_four_digits="5682",
    length=16,
    security_code_length=3,
    expiration_month=11,
    expiration_year=2030,
    holder="APRO",
    identification={"type": "CPF", "number": "12345678909"},
)
_numbers = count(1)


def some_terms(**changes: Any) -> Terms:
    terms = Terms(
        id=110_000_000_000 + next(_numbers),
        collector_id=ACCOUNT.collector_id,
        amount=5990,
        created_at=NOON,
        expires_at=NOON + timedelta(minutes=30),
        payer={"email": "ana@example.com", "id": "1234567890"},
        notification_url="http://merchant.example/hook",
    )
    return replace(terms, **changes)


def a_payment(status: str = "pending", **changes: Any) -> Payment:
    """A payment that came to its status as payments do, with nothing left to announce."""
    payment = Payment.create(some_terms(**changes))
    later = payment.terms.created_at + MINUTE
    if status == "rejected":
        payment.reject("rejected_by_bank", later)
    elif status == "cancelled":
        payment.cancel(later)
    elif status == "expired":
        payment.expire(later)
    elif status == "in_process":
        payment.become(Status.IN_PROCESS, "pending_review_manual", later, refund_id=0)
    elif status == "authorized":
        payment = Payment.create(replace(payment.terms, card=A_CARD, captures_later=True), YES)
    elif status != "pending":
        payment.approve(later)
    if status == "refunded":
        payment.refund(2_000_000_000 + next(_numbers), None, later)
    elif status == "charged_back":
        payment.charge_back("in_process", later)
    elif status == "in_mediation":
        payment.become(Status.IN_MEDIATION, "pending", later, refund_id=0)
    payment.pull_changes()
    return payment


def a_card_token(**changes: Any) -> CardToken:
    token = CardToken(
        id=f"{next(_numbers):032x}",
        collector_id=ACCOUNT.collector_id,
        is_live=False,
        card=A_CARD,
        created_at=NOON,
    )
    return replace(token, **changes)


def a_notification(**changes: Any) -> Notification:
    notification = Notification(
        id=210_000_000_000 + next(_numbers),
        payment_id=110_000_000_000,
        user_id=ACCOUNT.collector_id,
        action="payment.created",
        url="http://merchant.example/hook",
        created_at=NOON,
        next_at=NOON,
    )
    return replace(notification, **changes)


def a_delivery(notification: Notification, **changes: Any) -> Delivery:
    delivery = Delivery(
        id=f"delivery-{next(_numbers)}",
        notification_id=notification.id,
        payment_id=notification.payment_id,
        action=notification.action,
        url=notification.url,
        attempt=notification.attempt,
        sent_at=NOON,
        signature="ts=1,v1=00",
        answer_status=200,
    )
    return replace(delivery, **changes)
