"""What every storage of our books does for the comparison with the provider's, in memory as in SQL."""

from dataclasses import replace
from datetime import timedelta

from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderStatus
from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import BookEntry, Reconciliation, Statement
from payment_service.domain.refund import RefundStatus
from payment_service.domain.work import Work
from payment_service.ports.reconciliation_ports import Stretch
from tests.builders.payment_service import LEASE, NOW, STORE, TOTAL, a_payment, a_refund
from tests.contract.payment_service.books import PLATFORM
from tests.contract.payment_service.test_accounts import an_account, put
from tests.contract.payment_service.test_payment_queries import keep

TODAY, YESTERDAY = NOW.date(), NOW - timedelta(days=1)
OWN = Payee(STORE, "77")


def a_paid_payment(provider_id, **changes):
    values = {
        "id": f"payment-{provider_id}",
        "status": PaymentStatus.APPROVED,
        "provider_id": provider_id,
        "at_provider": ProviderStatus.APPROVED,
        "provider_updated_at": NOW,
        "approved_at": NOW,
        "paid_at": NOW,
        "kept": True,
    }
    return a_payment(**(values | changes))


def a_full_house(books):
    """Five payments of four orders and two accounts; two came yesterday."""
    back = a_refund(id="r1", amount=100, status=RefundStatus.DONE, provider_id="r-1", returned_at=NOW)
    old = replace(back, id="r2", amount=30, provider_id="r-2", returned_at=YESTERDAY)
    under_way = a_refund(id="r3", amount=50)
    first = a_paid_payment("99", refunds=(back, old, under_way))
    second = a_paid_payment("100", paid_at=YESTERDAY, provider_updated_at=YESTERDAY, collector=PLATFORM)
    taken = a_paid_payment(
        "1000", status=PaymentStatus.CHARGED_BACK, at_provider=ProviderStatus.CHARGED_BACK, held=TOTAL + 1
    )
    keep(books, first, order_id="order-1")
    keep(books, second, a_payment(id="unsent", number=2), order_id="order-2")
    keep(books, taken, order_id="order-3", store="other")
    keep(books, a_paid_payment("101", collector="77"), order_id="order-4")
    return books.ours


def numbers(ours, payee=Payee(), after=None, upto=None, ids=(), limit=10):  # noqa: B008 - it never changes
    stretch = Stretch(after, upto)
    found = ours.entries(payee, stretch, NOW - timedelta(hours=1), ids, limit)
    return [one.provider_id for one in found]


def test_what_changed_and_what_is_asked_for_is_found_by_account_and_in_order(books):
    ours = a_full_house(books)
    assert numbers(ours) == ["99", "1000"]
    assert numbers(ours, ids=["100", "101"]) == ["99", "100", "1000"]
    assert numbers(ours, ids=["100"], limit=2) == ["99", "100"]
    assert numbers(ours, after="99", upto="1000", ids=["100"]) == ["100", "1000"]
    assert numbers(ours, after="100", upto="999") == []
    assert numbers(ours, OWN) == ["101"]
    assert numbers(ours, Payee("other", "77")) == []


def test_a_payment_is_told_as_the_provider_would_tell_it(books):
    ours = a_full_house(books)
    assert ours.entry(Payee(), "99") == BookEntry(
        store=STORE,
        order_id="order-1",
        payment_id="payment-99",
        provider_id="99",
        status=ProviderStatus.APPROVED,
        amount=TOTAL,
        paid_at=NOW,
        updated_at=NOW,
        refunds={"r-1": 100, "r-2": 30},
    )
    assert ours.entry(Payee(), "1000").amount == TOTAL + 1
    assert ours.entry(Payee(), "101") is None
    assert ours.entry(OWN, "101").order_id == "order-4"


def test_an_order_is_known_to_the_accounts_that_may_be_paid_for_it(books):
    ours = a_full_house(books)
    asked = ["order-1", "order-3", "counter-7"]
    assert ours.known_orders(Payee(), asked) == {"order-1", "order-3"}
    assert ours.known_orders(OWN, asked) == {"order-1"}
    assert ours.known_orders(OWN, []) == frozenset()


def test_a_day_is_added_up_by_store_and_account(books):
    ours = a_full_house(books)
    assert ours.statement(Payee(), TODAY) == {
        STORE: Statement(TOTAL, 100, 0),
        "other": Statement(TOTAL + 1, 0, TOTAL + 1),
    }
    assert ours.statement(Payee(), YESTERDAY.date()) == {STORE: Statement(TOTAL, 30, 0)}
    assert ours.statement(OWN, TODAY) == {STORE: Statement(TOTAL, 0, 0)}
    assert ours.statement(OWN, YESTERDAY.date()) == {}


def test_a_bank_takes_back_what_was_left(books):
    back = a_refund(id="r1", amount=100, status=RefundStatus.DONE, provider_id="r-1", returned_at=NOW)
    taken = {"status": PaymentStatus.CHARGED_BACK, "at_provider": ProviderStatus.CHARGED_BACK}
    keep(books, a_paid_payment("99", refunds=(back, a_refund(id="r2", amount=50)), **taken))
    assert books.ours.statement(Payee(), TODAY) == {STORE: Statement(TOTAL, 100, TOTAL - 100)}


def test_every_account_but_the_platforms_own_is_a_payee_of_its_own(books):
    assert books.ours.payees() == (Payee(),)
    put(books, an_account("77"), an_account("78", store="other"), an_account(PLATFORM))
    assert books.ours.payees() == (Payee(), OWN, Payee("other", "78"))


def begun(books, *reconciliations):
    with books.uow() as uow:
        for one in reconciliations:
            uow.reconciliations.add(one)
        uow.commit()


def due(books, now=NOW):
    with books.uow() as uow:
        return uow.reconciliations.next_due(now)


def test_a_comparison_comes_back_as_it_was_kept(books):
    one = Reconciliation(
        payee=OWN,
        day=TODAY,
        work=Work(NOW, 2, 7, NOW + LEASE),
        rounds=2,
        seen=5,
        last_id="99",
        compared=4,
        repaired=3,
        unsettled=1,
        theirs={STORE: Statement(3, 2, 1), "other": Statement(1)},
        finished_at=NOW,
    )
    begun(books, one)
    with books.uow() as uow:
        assert uow.reconciliations.get(OWN, TODAY) == one
        changed = replace(one, theirs={}, finished_at=None, last_id=None, work=Work())
        uow.reconciliations.save(changed)
        uow.commit()
    with books.uow() as uow:
        assert uow.reconciliations.get(OWN, TODAY) == changed
        assert uow.reconciliations.get(Payee(), TODAY) is None


def test_a_day_of_an_account_is_kept_once(books):
    first = Reconciliation.of(Payee(), TODAY, NOW)
    begun(books, first, replace(first, compared=9), Reconciliation.of(OWN, TODAY, NOW))
    with books.uow() as uow:
        assert uow.reconciliations.get(Payee(), TODAY) == first
        assert uow.reconciliations.newest(Payee(), 9) == (first,)
        assert uow.reconciliations.newest(Payee("other", "77"), 9) == ()


def test_the_newest_comparisons_of_an_account_are_known(books):
    days = [Reconciliation.of(Payee(), TODAY - timedelta(days=number), NOW) for number in range(3)]
    begun(books, *reversed(days), Reconciliation.of(OWN, TODAY, NOW))
    with books.uow() as uow:
        assert uow.reconciliations.newest(Payee(), 2) == (days[0], days[1])


def test_the_longest_waiting_comparison_that_nobody_has_is_due(books):
    waiting = Reconciliation.of(Payee(), TODAY, NOW)
    taken = Reconciliation.of(OWN, TODAY, NOW - LEASE).taken(NOW + LEASE)
    later = Reconciliation.of(Payee(), TODAY - timedelta(days=1), NOW + 3 * LEASE)
    ended = replace(Reconciliation.of(Payee(), TODAY - timedelta(days=2), NOW), work=Work())
    assert due(books) is None
    begun(books, waiting, taken, later, ended)
    assert due(books) == waiting
    assert due(books, NOW + LEASE) == taken


def test_comparisons_are_listed_by_day_the_newest_first(books):
    days = [Reconciliation.of(Payee(), TODAY - timedelta(days=number), NOW) for number in range(3)]
    own = Reconciliation.of(OWN, TODAY, NOW)
    begun(books, *days, own)
    assert books.ours.reconciliations(2) == (days[0], own, days[1])
    assert len(books.ours.reconciliations(9)) == 4
