from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import ChargeState
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from payment_service.ports.survey_query_port import MoneySurvey, Patience
from tests.builders.payment_service import NOW, ORDER, STORE, a_payment, a_refund, terms

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
PATIENCE = Patience(unanswered=MINUTE, closing=2 * MINUTE, refunding=3 * MINUTE)
NOTHING = MoneySurvey(
    refunds_open=0,
    refunds_open_total=0,
    oldest_refund=timedelta(),
    unanswered_too_long=0,
    closing_too_long=0,
    refunding_too_long=0,
)


def keep(books, *payments, order_id=ORDER, store=STORE, **changes):
    with books.uow() as uow:
        opened = uow.charges.opened(terms(order_id=order_id, store=store), NOW)
        charge = Charge(opened.record, opened.version)
        charge._record = replace(opened.record, payments=payments, **changes)
        uow.charges.save(charge)
        uow.commit()


def survey(books, *, after=timedelta()):
    """What is found so long after NOW."""
    clock = getattr(books.database, "clock", books.database)
    clock.now = NOW + after
    return books.survey_query.survey(PATIENCE)


def paid(*refunds, **changes):
    return a_payment(status=PaymentStatus.APPROVED, provider_id="mp-1", refunds=refunds, **changes)


def test_without_charges_there_is_nothing_to_wait_for(books):
    assert survey(books) == NOTHING


def test_what_has_ended_is_not_counted(books):
    done = a_refund(status=RefundStatus.DONE)
    keep(
        books,
        a_payment(id="old", number=2, status=PaymentStatus.REJECTED),
        paid(
            done, a_refund(id="void", status=RefundStatus.VOID), a_refund(id="x", status=RefundStatus.FAILED)
        ),
        state=ChargeState.CLOSED,
        closing_since=NOW,
    )

    assert survey(books, after=timedelta(days=1)) == NOTHING


def test_an_attempt_is_unanswered_for_too_long_from_when_it_was_made(books):
    keep(books, a_payment(status=PaymentStatus.CREATED))
    keep(books, a_payment(id="p2", status=PaymentStatus.PENDING), order_id="other")

    assert survey(books, after=MINUTE).unanswered_too_long == 0
    assert survey(books, after=MINUTE + SECOND).unanswered_too_long == 1


def test_a_charge_is_closing_for_too_long_from_when_it_was_to_end(books):
    keep(books, state=ChargeState.CLOSING, closing_since=NOW + MINUTE)
    keep(books, state=ChargeState.SETTLED, closing_since=NOW, order_id="other")

    assert survey(books, after=3 * MINUTE).closing_too_long == 0
    assert survey(books, after=3 * MINUTE + SECOND).closing_too_long == 1


@pytest.mark.parametrize("status", [RefundStatus.REQUESTED, RefundStatus.IN_PROCESS])
def test_open_refunds_of_all_stores_are_counted_summed_and_timed(books, status):
    keep(books, paid(a_refund(amount=100, status=status, created_at=NOW + MINUTE)))
    keep(
        books,
        replace(paid(a_refund(id="r2", amount=250)), id="p2", provider_id="mp-2"),
        order_id="other",
        store="other",
    )

    found = survey(books, after=3 * MINUTE + SECOND)

    assert (found.refunds_open, found.refunds_open_total) == (2, 350)
    assert found.oldest_refund == 3 * MINUTE + SECOND
    assert found.refunding_too_long == 1


def test_a_refund_that_was_refused_and_is_tried_again_is_as_old_as_its_first_try(books):
    refused = a_refund(id="r1", status=RefundStatus.FAILED, failure="2031")
    again = a_refund(id="r2", created_at=NOW + 10 * MINUTE)
    keep(books, paid(refused, again))

    found = survey(books, after=11 * MINUTE)

    assert (found.refunds_open, found.oldest_refund) == (1, 11 * MINUTE)
    assert found.refunding_too_long == 1


@pytest.mark.parametrize(
    "before",
    [
        [a_refund(id="r1", status=RefundStatus.FAILED), a_refund(id="r2", status=RefundStatus.DONE)],
        [a_refund(id="r1", status=RefundStatus.FAILED, by_staff=True)],
    ],
    ids=["one that was done at the second try", "one that others asked for"],
)
def test_a_refund_is_no_older_than_its_own_first_try(books, before):
    keep(books, paid(*before, a_refund(id="r3", created_at=NOW + 10 * MINUTE)))

    found = survey(books, after=11 * MINUTE)

    assert (found.refunds_open, found.oldest_refund) == (1, MINUTE)
    assert found.refunding_too_long == 0
