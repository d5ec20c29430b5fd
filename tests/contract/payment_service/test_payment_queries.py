"""What people see, in memory as in SQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.charge import Charge
from payment_service.domain.errors import UnknownPayment
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderStatus
from payment_service.domain.refund import RefundStatus
from payment_service.domain.work import Work
from servicekit.ids import new_id
from tests.builders.payment_service import NOW, ORDER, STORE, TOTAL, a_payment, a_refund, terms

OTHER = "019aa000-0000-7000-8000-000000000002"


def keep(books, *payments, order_id=ORDER, store=STORE):
    with books.uow() as uow:
        opened = uow.charges.opened(terms(order_id=order_id, store=store), NOW)
        charge = Charge(opened.record, opened.version)
        charge._record = replace(opened.record, payments=payments)
        uow.charges.save(charge)
        uow.commit()


@pytest.fixture
def full_books(books):
    done = a_refund(id="r1", amount=100, status=RefundStatus.DONE, provider_id="r-1", done_at=NOW)
    undone = a_refund(
        id="r2",
        amount=200,
        reason="demorou",
        by_staff=True,
        work=Work(NOW, tries=3),
        created_at=NOW + timedelta(seconds=1),
    )
    failed = a_refund(id="r3", amount=300, status=RefundStatus.FAILED, failure="2031")
    keep(
        books,
        a_payment(id="p1", status=PaymentStatus.REJECTED, detail="bank_error"),
        a_payment(
            id="p2",
            number=2,
            created_at=NOW + timedelta(minutes=1),
            status=PaymentStatus.APPROVED,
            at_provider=ProviderStatus.APPROVED,
            provider_id="mp-2",
            qr_code="a code",
            ticket_url="https://provider.test/2",
            approved_at=NOW,
            kept=True,
            refunds=(done, undone, failed),
        ),
    )
    keep(books, a_payment(id="p3", created_at=NOW + timedelta(days=1)), order_id=OTHER)
    keep(books, a_payment(id="p4"), order_id="019aa000-0000-7000-8000-000000000003", store="other")
    return books


def test_one_attempt_is_shown_with_what_went_back(full_books):
    view = full_books.queries.payment(STORE, "p2")
    assert (view.order_id, view.attempt, view.status, view.amount) == (ORDER, 2, "APPROVED", TOTAL)
    assert (view.refunded, view.qr_code, view.ticket_url) == (100, "a code", "https://provider.test/2")
    assert (view.provider_id, view.created_at) == ("mp-2", NOW + timedelta(minutes=1))
    assert full_books.queries.payment(STORE, "p1").status_detail == "bank_error"


@pytest.mark.parametrize(("store", "payment_id"), [("other", "p2"), (STORE, "p4"), (STORE, "nobody")])
def test_another_stores_attempt_is_not_shown(full_books, store, payment_id):
    with pytest.raises(UnknownPayment):
        full_books.queries.payment(store, payment_id)
    with pytest.raises(UnknownPayment):
        full_books.queries.refunds(store, payment_id)


def test_an_orders_attempts_are_shown_newest_first(full_books):
    assert [view.id for view in full_books.queries.of_order(STORE, ORDER)] == ["p2", "p1"]
    assert full_books.queries.of_order("other", ORDER) == ()
    assert full_books.queries.of_order(STORE, "nobody") == ()


def ids(page):
    return [view.id for view in page.items]


def test_a_stores_attempts_are_listed_page_by_page(full_books):
    page = full_books.queries.page(STORE, None, None, 2, None)
    assert ids(page) == ["p3", "p2"]
    last = full_books.queries.page(STORE, None, None, 2, page.next)
    assert (ids(last), last.next) == (["p1"], None)


def test_a_list_may_be_narrowed_to_a_status_and_a_day(full_books):
    queries = full_books.queries
    assert ids(queries.page(STORE, "APPROVED", None, 9, None)) == ["p2"]
    assert ids(queries.page(STORE, None, NOW.date(), 9, None)) == ["p2", "p1"]
    assert ids(queries.page(STORE, None, (NOW + timedelta(days=1)).date(), 9, None)) == ["p3"]
    assert ids(queries.page(STORE, "EXPIRED", NOW.date(), 9, None)) == []


def test_attempts_of_one_instant_are_listed_once_each(books):
    for number in range(5):
        keep(books, a_payment(id=f"p{number}"), order_id=f"order-{number}")
    seen, after = [], None
    while True:
        page = books.queries.page(STORE, None, None, 2, after)
        seen += ids(page)
        after = page.next
        if after is None:
            break
    assert seen == ["p4", "p3", "p2", "p1", "p0"]


def test_refunds_are_shown_in_the_order_in_which_they_were_asked_for(full_books):
    views = full_books.queries.refunds(STORE, "p2")
    assert [(one.id, one.amount, one.status) for one in views] == [
        ("r1", 100, "DONE"),
        ("r2", 200, "REQUESTED"),
        ("r3", 300, "FAILED"),
    ]
    assert (views[1].reason, views[1].payment_id) == ("demorou", "p2")
    assert full_books.queries.refunds(STORE, "p1") == ()


def test_an_operator_sees_what_is_still_to_be_returned(full_books):
    (one,) = full_books.queries.open_refunds()
    assert (one.refund.id, one.store, one.order_id, one.tries, one.next_at) == ("r2", STORE, ORDER, 3, NOW)


def test_a_store_sees_its_own_open_refunds_page_by_page_oldest_first(full_books):
    queries = full_books.queries
    first, *_ = queries.open_refunds()
    with full_books.uow() as uow:
        charge = uow.charges.get(STORE, ORDER)
        for amount, minutes in ((1, 2), (2, 1), (3, 1)):
            at = NOW + timedelta(minutes=minutes)
            charge.request_refund(first.refund.payment_id, amount, None, now=at, new_id=new_id)
        uow.charges.save(charge)
        uow.commit()
    pages, after = [], None
    while not pages or after is not None:
        page = queries.open_refunds_of(STORE, 3, after)
        pages.append([one.refund.amount for one in page.items])
        after = page.next
    assert pages == [[first.refund.amount, 2, 3], [1]]
    assert queries.open_refunds_of("other", 3, None).items == ()
