from datetime import timedelta

import pytest

from fake_checkout.domain.errors import (
    ActionNotValid,
    ExpirationNotValid,
    RefundNotValid,
    UnknownPayment,
    UnknownStatusDetail,
)
from fake_checkout.domain.status import Status
from fake_checkout.usecases.approve_payment_usecase import ApprovePayment, ApprovePaymentRequest
from fake_checkout.usecases.cancel_payment_usecase import CancelPayment
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPayment, ChargeBackPaymentRequest
from fake_checkout.usecases.create_payment_usecase import CreatePayment, CreatePaymentRequest
from fake_checkout.usecases.expire_overdue_payments_usecase import BATCH, ExpireOverduePayments
from fake_checkout.usecases.expire_payment_usecase import ExpirePayment
from fake_checkout.usecases.let_payers_decide_usecase import LetPayersDecide
from fake_checkout.usecases.refund_payment_usecase import RefundPayment, RefundPaymentRequest
from fake_checkout.usecases.reject_payment_usecase import RejectPayment, RejectPaymentRequest
from tests.builders.fake_checkout import ACCOUNT, MINUTE, NOON, a_payment
from tests.fakes.fake_checkout.books import FakeBooks


@pytest.fixture
def books():
    return FakeBooks()


def asked(**changes):
    fields = {
        "account": ACCOUNT,
        "amount": 5990,
        "payer": {"email": "a@b.co"},
        "metadata": {},
        "particulars": {},
        **changes,
    }
    return CreatePaymentRequest(**fields)


def announced(books):
    return [notification.action for notification in books.pages.notifications.values()]


def test_a_created_payment_is_kept_and_announced(books):
    create = CreatePayment(books.uow, lambda: 123)

    payment = create.execute(asked(notification_url="http://m.example/", external_reference="order-1"))

    assert books.pages.payments[123].terms == payment.terms
    assert payment.terms.collector_id == ACCOUNT.collector_id
    assert payment.terms.expires_at == NOON + timedelta(hours=24)
    assert announced(books) == ["payment.created"]


def test_without_an_address_nobody_is_told(books):
    CreatePayment(books.uow, lambda: 123).execute(asked())

    assert announced(books) == []


def test_the_expiry_that_a_merchant_asks_for_moves_along_with_the_virtual_clock(books):
    books.pages.offset = timedelta(days=2)

    payment = CreatePayment(books.uow, lambda: 123).execute(asked(expires_at=NOON + 40 * MINUTE))

    assert payment.terms.created_at == NOON + timedelta(days=2)
    assert payment.terms.expires_at - payment.terms.created_at == 40 * MINUTE


def test_a_life_that_is_too_short_is_refused_and_nothing_kept(books):
    with pytest.raises(ExpirationNotValid):
        CreatePayment(books.uow, lambda: 123).execute(asked(expires_at=NOON + MINUTE))
    assert books.commits == 0


DECISIONS = {
    "approve": lambda books, number: ApprovePayment(books.uow).execute(ApprovePaymentRequest(number)),
    "reject": lambda books, number: RejectPayment(books.uow).execute(RejectPaymentRequest(number)),
    "cancel": lambda books, number: CancelPayment(books.uow).execute(number),
    "expire": lambda books, number: ExpirePayment(books.uow).execute(number),
}


@pytest.mark.parametrize(
    ("decision", "status", "detail"),
    [
        ("approve", "approved", "accredited"),
        ("reject", "rejected", "rejected_by_bank"),
        ("cancel", "cancelled", "by_collector"),
        ("expire", "cancelled", "expired"),
    ],
)
def test_a_decision_about_a_pending_payment_is_kept_and_announced(books, decision, status, detail):
    payment = a_payment()
    books.keep(payment)

    told = DECISIONS[decision](books, payment.id)

    kept = books.pages.payments[payment.id]
    assert (kept.status.value, kept.standing.status_detail) == (status, detail)
    assert kept.standing == told.standing
    assert kept.version == 2
    assert announced(books) == ["payment.updated"]


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_that_comes_too_late_changes_nothing(books, decision):
    payment = a_payment("refunded")
    books.keep(payment)

    with pytest.raises(ActionNotValid):
        DECISIONS[decision](books, payment.id)
    assert books.commits == 0


@pytest.mark.parametrize("decision", DECISIONS)
def test_nothing_can_be_decided_about_an_unknown_payment(books, decision):
    with pytest.raises(UnknownPayment):
        DECISIONS[decision](books, 1)


def test_a_late_bank_pays_a_cancelled_payment_by_force(books):
    payment = a_payment("cancelled")
    books.keep(payment)

    ApprovePayment(books.uow).execute(ApprovePaymentRequest(payment.id, force=True))

    assert books.pages.payments[payment.id].status is Status.APPROVED
    assert announced(books) == ["payment.updated"]


def test_a_bank_gives_its_reason(books):
    payment = a_payment()
    books.keep(payment)

    with pytest.raises(UnknownStatusDetail):
        RejectPayment(books.uow).execute(RejectPaymentRequest(payment.id, "bad mood"))


def test_a_chargeback_is_kept_and_announced(books):
    payment = a_payment("approved")
    books.keep(payment)

    ChargeBackPayment(books.uow, books.switches).execute(ChargeBackPaymentRequest(payment.id))

    assert books.pages.payments[payment.id].status is Status.CHARGED_BACK
    assert announced(books) == ["payment.updated"]


def test_a_refund_is_kept_and_announced(books):
    payment = a_payment("approved")
    books.keep(payment)

    refund = RefundPayment(books.uow, books.switches, lambda: 99).execute(
        RefundPaymentRequest(payment.id, 1000)
    )

    assert (refund.id, refund.amount) == (99, 1000)
    assert books.pages.payments[payment.id].refunds == (refund,)
    assert announced(books) == ["payment.updated"]


def test_a_refund_without_money_is_refused(books):
    payment = a_payment()
    books.keep(payment)

    with pytest.raises(RefundNotValid):
        RefundPayment(books.uow, books.switches, lambda: 99).execute(RefundPaymentRequest(payment.id, None))


def test_payments_whose_time_is_over_expire(books):
    soon, later, paid = a_payment(), a_payment(expires_at=NOON + timedelta(hours=2)), a_payment("approved")
    books.keep(soon, later, paid)
    books.real_now = NOON + timedelta(hours=1)

    assert ExpireOverduePayments(books.uow).execute() == 1

    statuses = {number: payment.standing.status_detail for number, payment in books.pages.payments.items()}
    assert statuses == {
        soon.id: "expired",
        later.id: "pending_waiting_transfer",
        paid.id: "accredited",
    }
    assert announced(books) == ["payment.updated"]


def test_payments_expire_by_the_virtual_clock(books):
    books.keep(a_payment())
    books.pages.offset = timedelta(minutes=31)

    assert ExpireOverduePayments(books.uow).execute() == 1
    assert ExpireOverduePayments(books.uow).execute() == 0


def test_payments_expire_in_batches(books):
    books.keep(*(a_payment() for _ in range(BATCH + 1)))
    books.real_now = NOON + timedelta(hours=1)

    assert [ExpireOverduePayments(books.uow).execute() for _ in range(3)] == [BATCH, 1, 0]


def test_a_payer_decides_by_itself_where_a_magic_value_says_so(books):
    payer, refuser = a_payment(external_reference="fake-pays-1"), a_payment(amount=1_301_302)
    other = a_payment(external_reference="fake-webhook_drop")
    books.keep(payer, refuser, other)
    decide = LetPayersDecide(books.uow)
    books.real_now = NOON + timedelta(seconds=2.9)
    assert decide.execute() == 0

    books.real_now = NOON + timedelta(seconds=3)

    assert (decide.execute(), decide.execute()) == (2, 0)
    standing = [books.pages.payments[one.id].standing for one in (payer, refuser, other)]
    assert [(one.status, one.status_detail) for one in standing] == [
        (Status.APPROVED, "accredited"),
        (Status.REJECTED, "rejected_by_bank"),
        (Status.PENDING, "pending_waiting_transfer"),
    ]
    assert announced(books) == ["payment.updated"] * 2
