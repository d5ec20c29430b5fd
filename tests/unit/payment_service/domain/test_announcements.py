"""Everything that an event tells of an attempt."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from payment_service.domain import announcements
from payment_service.domain.charge_record import ChargeRecord
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from tests.builders.payment_service import NOW, a_payment, a_refund, terms

TOLD = {"payment_id": "payment-7", "attempt": 2, "method": "card", "amount": 4200}


def a_told_payment(status, **changes):
    return a_payment(id="payment-7", number=2, method="card", amount=4200, status=status, **changes)


def test_one_that_can_be_paid_is_told_with_its_code():
    until = NOW + timedelta(minutes=9)
    payment = a_told_payment(PaymentStatus.PENDING, qr_code="code", ticket_url="page", expires_at=until)
    told = TOLD | {"status": "PENDING", "qr_code": "code", "ticket_url": "page", "expires_at": until}
    assert asdict(announcements.created(payment)) == told


def test_one_that_is_kept_is_told():
    assert asdict(announcements.approved(a_told_payment(PaymentStatus.APPROVED))) == TOLD | {
        "status": "APPROVED"
    }


@pytest.mark.parametrize(("detail", "reason"), [("cc_rejected", "cc_rejected"), (None, "rejected")])
def test_one_that_ended_without_money_is_told_with_why_and_what_is_left(detail, reason):
    payment = a_told_payment(PaymentStatus.REJECTED, detail=detail)
    told = TOLD | {"status": "REJECTED", "reason": reason, "attempts_left": 1}
    assert asdict(announcements.rejected(payment, 1)) == told
    record = ChargeRecord(terms=terms(attempts_allowed=2), created_at=NOW, payments=(payment,))
    assert [asdict(one) for one in announcements.known(record)] == [told]


def test_of_a_closed_charge_the_attempt_that_was_paid_is_told_else_the_newest():
    paid, newest = a_told_payment(PaymentStatus.APPROVED), a_payment(number=3)
    assert asdict(announcements.closed([paid, newest])) == TOLD | {"status": "APPROVED"}
    assert announcements.closed([a_payment(), newest]).attempt == 3


@pytest.mark.parametrize("reimbursed", [True, False])
def test_money_that_was_taken_back_is_told(reimbursed):
    payment = a_told_payment(PaymentStatus.CHARGED_BACK)
    told = TOLD | {"status": "CHARGED_BACK", "reimbursed": reimbursed}
    assert asdict(announcements.charged_back(payment, reimbursed=reimbursed)) == told


@pytest.mark.parametrize("tell", [announcements.refunded, announcements.refund_failed])
def test_of_a_refund_is_told_what_went_back_in_all_and_never_what_staff_wrote(tell):
    done = a_refund(id="r-1", amount=700, status=RefundStatus.DONE)
    failed = a_refund(id="r-2", reason="for Ana", by_staff=True, status=RefundStatus.FAILED)
    payment = a_told_payment(PaymentStatus.APPROVED, refunds=(done, failed))
    told = {"status": "APPROVED", "refund_id": "r-2", "refunded_total": 700, "reason": "staff"}
    assert asdict(tell(payment, failed)) == TOLD | told
