"""What every keeper of payments does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_checkout.domain.card import OUTCOMES
from fake_checkout.domain.errors import (
    CardTokenNotValid,
    UnknownCardToken,
    UnknownPayment,
    UnknownRefund,
)
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import RefundWay
from fake_checkout.domain.status import Status
from fake_checkout.domain.terms import Amendment
from fake_checkout.ports.books_query_port import PaymentSearch, TimeRange
from fake_checkout.usecases.create_payment_usecase import CardRequest, CreatePayment, CreatePaymentRequest
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.fake_checkout import (
    A_CARD,
    ACCOUNT,
    MINUTE,
    NOON,
    a_card_token,
    a_payment,
    some_terms,
)


def keep(books, *payments):
    with books.uow() as uow:
        for payment in payments:
            uow.payments.add(payment)
        uow.commit()


def kept(books, payment):
    return books.query.payment(payment.id)


def state(payment):
    return (payment.terms, payment.standing, payment.refunds, payment.version)


STATUSES = [
    "pending",
    "in_process",
    "authorized",
    "in_mediation",
    "approved",
    "rejected",
    "cancelled",
    "expired",
    "refunded",
    "charged_back",
]


@pytest.mark.parametrize("status", STATUSES)
def test_a_payment_comes_back_as_it_was_kept(books, status):
    pending = a_payment(
        description="Pedido A47 ☕", external_reference="order-1", metadata={"a": {"b": [1, None]}}
    )
    keep(books, pending)
    with books.uow() as uow:
        payment = uow.payments.get(pending.id)
        changed = a_payment(status, id=pending.id)
        whole = Payment(payment.terms, changed.standing, changed.refunds)
        uow.payments.save(whole)
        uow.commit()

    assert state(kept(books, pending)) == state(whole)
    assert kept(books, pending).version == 2
    with books.uow() as uow:
        assert state(uow.payments.get(pending.id)) == state(whole)


def test_of_two_payments_with_one_card_token_one_spends_it(stored_books):
    token = a_card_token()
    with stored_books.uow() as uow:
        uow.card_tokens.add(token)
        uow.commit()
    numbers = count(110_000_000_000)
    pay = CreatePayment(stored_books.uow, lambda: next(numbers))
    card = CardRequest(token=token.id, installments=1)
    request = CreatePaymentRequest(ACCOUNT, 5990, {"email": "a@b.co"}, {}, {}, card=card)

    def try_it(_):
        try:
            return pay.execute(request).status.value
        except CardTokenNotValid:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        came_of_it = list(pool.map(try_it, range(4)))

    assert sorted(came_of_it) == ["approved", "refused", "refused", "refused"]
    assert stored_books.query.search(PaymentSearch()).total == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text("aé☕", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3),
    max_leaves=6,
)


def test_a_payment_by_card_comes_back_as_it_was_kept(books):
    terms = some_terms(
        method="visa", card=A_CARD, issuer_id="25", installments=3, captures_later=True, metadata={"a": 1}
    )
    payment = Payment.create(terms, OUTCOMES["APRO"])
    keep(books, payment)
    with books.uow() as uow:
        loaded = uow.payments.get(payment.id)
        assert state(loaded) == state(payment)
        loaded.capture(1000, NOON + MINUTE)
        loaded.amend(Amendment(metadata={}, external_reference="r", description="d"), NOON + MINUTE)
        uow.payments.save(loaded)
        uow.commit()

    assert state(kept(books, payment)) == state(loaded)
    assert kept(books, payment).terms.amount == 1000


def test_what_came_of_a_refund_is_kept(books):
    payment = a_payment("approved")
    payment.refund(1, 1000, NOON, way=RefundWay(status="in_process"))
    keep(books, a_payment(id=payment.id))
    with books.uow() as uow:
        uow.payments.save(Payment(payment.terms, payment.standing, payment.refunds))
        uow.commit()
    with books.uow() as uow:
        loaded = uow.payments.get(payment.id)
        loaded.decide_refund(1, "approved", NOON + MINUTE)
        loaded.become(Status.REFUNDED, "by_admin", NOON + MINUTE, refund_id=2)
        uow.payments.save(loaded)
        uow.commit()

    told = [(refund.amount, refund.status, refund.source) for refund in kept(books, payment).refunds]
    assert told == [(1000, "approved", "collector"), (4990, "approved", "admin")]


def test_a_card_token_is_kept_and_spent(books):
    token = a_card_token()
    with books.uow() as uow:
        uow.card_tokens.add(token)
        uow.commit()
    assert books.query.card_token(token.id) == token

    with books.uow() as uow:
        uow.card_tokens.save(uow.card_tokens.get(token.id).used(NOON + MINUTE))
        uow.commit()

    assert books.query.card_token(token.id).used_at == NOON + MINUTE
    with books.uow() as uow, pytest.raises(UnknownCardToken):
        uow.card_tokens.get("0" * 32)
    with pytest.raises(UnknownCardToken):
        books.query.card_token("0" * 32)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    amount=st.integers(1, 999_999_900),
    life=st.timedeltas(timedelta(minutes=30), timedelta(days=30)),
    metadata=st.dictionaries(st.text("ab", max_size=3), json_values, max_size=3),
    particulars=st.dictionaries(st.text("ab", max_size=3), json_values, max_size=3),
    texts=st.tuples(*[st.none() | st.text("aZ9_-", min_size=1, max_size=64)] * 3),
)
def test_whatever_the_terms_they_come_back(books, amount, life, metadata, particulars, texts):
    payment = Payment.create(
        some_terms(
            amount=amount,
            expires_at=NOON + life,
            metadata=metadata,
            particulars=particulars,
            description=texts[0],
            external_reference=texts[1],
            notification_url=texts[2],
        )
    )

    keep(books, payment)

    assert kept(books, payment).terms == payment.terms


def test_what_was_not_committed_is_not_kept(books):
    payment = a_payment()
    with books.uow() as uow:
        uow.payments.add(payment)

    with pytest.raises(UnknownPayment):
        kept(books, payment)


def test_an_unknown_payment_is_unknown_to_everybody(books):
    with pytest.raises(UnknownPayment):
        books.query.payment(1)
    with books.uow() as uow, pytest.raises(UnknownPayment):
        uow.payments.get(1)


def test_an_inner_unit_of_work_is_kept_or_lost_with_the_outer_one(books):
    lost, held = a_payment(), a_payment()
    with books.uow():
        keep(books, lost)
    with books.uow() as uow:
        keep(books, held)
        uow.commit()

    with pytest.raises(UnknownPayment):
        kept(books, lost)
    assert kept(books, held).id == held.id


def test_what_somebody_else_has_changed_is_not_overwritten(books):
    payment = a_payment()
    keep(books, payment)
    stale = kept(books, payment)
    with books.uow() as uow:
        uow.payments.save(uow.payments.get(payment.id))
        uow.commit()

    with books.uow() as uow, pytest.raises(StaleAggregate):
        uow.payments.save(Payment(stale.terms, stale.standing, version=1))


def test_each_refund_is_kept_once(books):
    payment = a_payment()
    keep(books, payment)
    for number in (1, 2):
        with books.uow() as uow:
            loaded = uow.payments.get(payment.id)
            if number == 1:
                loaded.approve(NOON)
            loaded.refund(number, 1000, NOON + number * MINUTE)
            uow.payments.save(loaded)
            uow.commit()

    assert [(refund.id, refund.amount) for refund in kept(books, payment).refunds] == [(1, 1000), (2, 1000)]
    assert books.query.refund(payment.id, 2).created_at == NOON + 2 * MINUTE
    with pytest.raises(UnknownRefund):
        books.query.refund(payment.id, 3)
    with pytest.raises(UnknownPayment):
        books.query.refund(1, 3)


def test_overdue_are_the_undecided_ones_whose_time_is_over_oldest_first(books):
    soon, sooner = a_payment(expires_at=NOON + 31 * MINUTE), a_payment()
    later, paid = a_payment(expires_at=NOON + 90 * MINUTE), a_payment("approved")
    authorized = Payment.create(some_terms(captures_later=True, card=A_CARD), OUTCOMES["APRO"])
    in_process = a_payment("in_process")
    keep(books, soon, sooner, later, paid, authorized, in_process)
    lapse = authorized.terms.expires_at

    with books.uow() as uow:
        overdue = uow.payments.overdue(NOON + 31 * MINUTE, 10)
        assert [payment.id for payment in overdue] == [sooner.id, soon.id]
        assert [payment.id for payment in uow.payments.overdue(NOON + 31 * MINUTE, 1)] == [sooner.id]
        assert [payment.id for payment in uow.payments.overdue(lapse, 10)][-1] == authorized.id
        assert in_process.id not in [payment.id for payment in uow.payments.overdue(lapse, 10)]


def test_magic_payers_are_those_of_pending_payments_that_have_waited_and_not_expired(books):
    by_name, by_amount = a_payment(external_reference="fake-refuses"), a_payment(amount=1_301_301)
    others = [
        a_payment(external_reference="fake-paysnot"),
        a_payment(external_reference="fake-webhook_drop-1", amount=1_301_301),
        a_payment(external_reference="order-1"),
        a_payment("approved", external_reference="fake-pays-1"),
        a_payment(external_reference="fake-pays-2", created_at=NOON + MINUTE),
        a_payment(external_reference="fake-pays-3", expires_at=NOON + MINUTE),
    ]
    keep(books, by_name, by_amount, *others)

    with books.uow() as uow:
        found = uow.payments.with_magic_payer(NOON + MINUTE, NOON, 10)

    assert {payment.id for payment in found} == {by_name.id, by_amount.id}


def test_each_change_is_queued_for_the_merchant_when_it_is_kept(books):
    payment = Payment.create(some_terms(notification_url="http://m.example/hook"))
    silent = Payment.create(some_terms(notification_url=None))
    keep(books, payment, silent)
    with books.uow() as uow:
        loaded = uow.payments.get(payment.id)
        loaded.cancel(NOON)
        uow.payments.save(loaded)
        uow.commit()

    queued = []
    with books.uow() as uow:
        while (notification := uow.notifications.claim(NOON)) is not None:
            queued.append(notification)
    assert [(one.payment_id, one.action, one.url) for one in queued] == [
        (payment.id, "payment.created", "http://m.example/hook"),
        (payment.id, "payment.updated", "http://m.example/hook"),
    ]
    assert {one.user_id for one in queued} == {payment.terms.collector_id}
    assert {one.next_at for one in queued} == {NOON}


def hour(number):
    return NOON + timedelta(hours=number)


@pytest.fixture
def found(books):
    """A function that searches among four payments and tells which were found, by their hour."""
    payments = [
        a_payment(created_at=hour(0), expires_at=hour(9), external_reference="a"),
        a_payment("approved", created_at=hour(1), expires_at=hour(9), external_reference="b"),
        a_payment("refunded", created_at=hour(2), expires_at=hour(9), external_reference="a"),
        a_payment(created_at=hour(3), expires_at=hour(9), payer={"id": "77", "email": "z@b.co"}),
    ]
    for payment in payments:
        keep(books, a_payment(id=payment.id, **_terms(payment)))
        with books.uow() as uow:
            uow.payments.save(Payment(payment.terms, payment.standing, payment.refunds))
            uow.commit()
    ids = [payment.id for payment in payments]

    def search(**wanted):
        page = books.query.search(PaymentSearch(**wanted))
        return [ids.index(payment.id) for payment in page.payments], page.total

    return search


def _terms(payment):
    names = ("created_at", "expires_at", "external_reference", "payer")
    return {name: getattr(payment.terms, name) for name in names}


def test_everything_is_found_newest_first(found):
    assert found() == ([3, 2, 1, 0], 4)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"external_reference": "a"}, [2, 0]),
        ({"status": "pending"}, [3, 0]),
        ({"payer_id": "77"}, [3]),
        ({"external_reference": "a", "status": "refunded"}, [2]),
        ({"external_reference": "none"}, []),
        ({"method": "pix"}, [3, 2, 1, 0]),
        ({"method": "visa"}, []),
        ({"collector_id": ACCOUNT.collector_id}, [3, 2, 1, 0]),
        ({"collector_id": 1}, []),
        ({"within": TimeRange(begin=hour(1), end=hour(2))}, [2, 1]),
        ({"within": TimeRange(begin=hour(2))}, [3, 2]),
        ({"within": TimeRange(end=hour(0))}, [0]),
        ({"within": TimeRange("date_approved", begin=hour(2))}, [2]),
        ({"within": TimeRange("date_last_updated", end=hour(1) + MINUTE)}, [1, 0]),
    ],
)
def test_a_search_finds_what_fits(found, wanted, numbers):
    assert found(**wanted) == (numbers, len(numbers))


@pytest.mark.parametrize(
    ("sort", "ascending", "numbers"),
    [
        ("id", True, [0, 1, 2, 3]),
        ("id", False, [3, 2, 1, 0]),
        ("date_created", True, [0, 1, 2, 3]),
        ("date_approved", True, [1, 2, 3, 0]),
        ("date_approved", False, [2, 1, 3, 0]),
    ],
)
def test_a_search_can_be_sorted_what_has_no_date_comes_last(found, sort, ascending, numbers):
    assert found(sort=sort, ascending=ascending) == (numbers, 4)


def test_a_search_has_pages(found):
    assert found(limit=3) == ([3, 2, 1], 4)
    assert found(limit=3, offset=3) == ([0], 4)


def test_the_newest_payments_come_first(books):
    first = a_payment(created_at=hour(0))
    second, third = (a_payment(created_at=hour(1), expires_at=hour(9)) for _ in range(2))
    keep(books, first, second, third)

    newest = [payment.id for payment in books.query.every_payment()]
    assert newest == [third.id, second.id, first.id]
    assert [payment.id for payment in books.query.every_payment(newest=1)] == [third.id]


def test_payments_are_leafed_through_by_number(books):
    three = [a_payment() for _ in range(3)]
    keep(books, *three)
    kept = sorted(payment.id for payment in three)

    assert [payment.id for payment in books.query.payments_after(0, 2)] == kept[:2]
    assert [payment.id for payment in books.query.payments_after(kept[1], 2)] == kept[2:]
    assert books.query.payments_after(kept[2], 2) == []
