"""Our books and the provider's, compared: each way to differ, what is repaired, what is left to people."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderPayment,
    ProviderStatus,
    Refused,
    Unknown,
)
from payment_service.domain.provider_account import Payee, ProviderAccount
from payment_service.domain.reconciliation import Kind, Reconciliation, Statement
from payment_service.ports.payment_gateway_port import PaymentsPage
from payment_service.usecases import comparison, reconcile_usecase
from payment_service.usecases.reconcile_usecase import (
    BeginReconciliation,
    BeginReconciliationUseCase,
    Reconcile,
    ReconcileUseCase,
)
from payment_service.usecases.show_books_usecase import (
    ListReconciliations,
    ListReconciliationsUseCase,
    ShowStatement,
    ShowStatementUseCase,
)
from tests.builders.payment_service import LEASE, NOW, ORDER, STORE, TOTAL
from tests.fakes.payment_service.our_books import FakeOurBooks
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway

TODAY = NOW.date()
OTHER = "019aa000-0000-7000-8000-000000000002"
FOREIGN = ProviderPayment(
    id="9", status=ProviderStatus.APPROVED, amount=100, currency="BRL", reference="counter-7", approved_at=NOW
)


class Office:
    """Compares the books of a house; `seconds` is what the clock says at each look."""

    def __init__(self, house):
        self.house = house
        self.books = FakeOurBooks(house.database)
        self.seconds = 0.0
        self.usecase = ReconcileUseCase(
            house.uow, house.providers, self.books, house.new_id, lambda: self.seconds
        )

    def step(self, begun=None):
        return self.usecase.execute(Reconcile(LEASE, begun))

    def begin(self, day=TODAY):
        return BeginReconciliationUseCase(self.house.uow, self.books).execute(BeginReconciliation(day, LEASE))

    def compare(self, day=TODAY):
        """All of the platform's day; gives how it ended and what differed."""
        one, differences = self.begin(day)[0], []
        while one.finished_at is None:
            compared = self.step(one)
            assert compared.hindrance is None
            one, differences = compared.reconciliation, [*differences, *compared.differences]
        return one, differences

    def differs(self, day=TODAY):
        """What differed, in which way, and whether it was repaired."""
        return [(*one.kinds, one.repaired) for one in self.compare(day)[1]]


@pytest.fixture
def office(house):
    return Office(house)


def paid(house, order_id=ORDER):
    """A charge that is settled; gives the number of its payment."""
    house.place(order_id=order_id)
    house.talk()
    number = house.gateway.newest()
    house.gateway.pay(number)
    house.wait(seconds=5)
    house.talk()
    return number


def change_ours(house, change, order_id=ORDER):
    """Somebody has changed our books by hand."""
    record, version = house.database.books.charges[order_id]
    house.database.books.charges[order_id] = (record.with_payment(change(record.payments[-1])), version)


def test_books_that_agree_have_nothing_to_tell(house, office):
    paid(house)
    one, differences = office.compare()
    assert (one.compared, one.repaired, one.unsettled, differences) == (1, 0, 0, [])
    assert one.theirs == {STORE: Statement(charged=TOTAL)}
    assert one.work.due_at is None


def test_money_that_nobody_told_us_of_is_heard(house, office):
    house.place()
    house.talk()
    house.gateway.pay(house.gateway.newest())
    (difference,) = office.compare()[1]
    assert (difference.kinds, difference.repaired) == ((Kind.STATUS,), True)
    assert (difference.ours, difference.theirs) == ("PENDING, R$ 59.80", "APPROVED, R$ 59.80")
    assert (difference.store, difference.order_id, difference.payment_id) == (STORE, ORDER, "id-1")
    assert "approved" in house.told()
    assert office.differs() == []


def test_a_chargeback_that_nobody_told_us_of_is_heard(house, office):
    house.gateway.charge_back(paid(house))
    assert office.differs() == [(Kind.CHARGEBACK_UNKNOWN, True)]
    assert "charged_back" in house.told()
    assert office.books.statement(Payee(), TODAY) == {STORE: Statement(TOTAL, 0, TOTAL)}


def test_what_went_back_before_a_chargeback_is_charged_back_no_more(house, office):
    number = paid(house)
    house.gateway.give_back(number, 100)
    office.differs()
    house.gateway.charge_back(number)
    office.differs()
    assert office.compare()[0].theirs == {STORE: Statement(TOTAL, 100, TOTAL - 100)}
    assert office.books.statement(Payee(), TODAY) == {STORE: Statement(TOTAL, 100, TOTAL - 100)}


def test_a_refund_that_was_made_without_us_is_heard(house, office):
    house.gateway.give_back(paid(house), 100)
    assert office.differs() == [(Kind.REFUND_MISSING_HERE, True)]
    assert house.payment.refunded == 100


def test_a_payment_whose_answer_was_lost_is_found_and_adopted(house, office):
    house.place()
    house.gateway.lose_answer("create")
    house.talk()
    house.gateway.pay(house.gateway.newest())
    assert office.differs() == [(Kind.MISSING_HERE, True)]
    assert house.payment.kept


def test_a_payment_of_ours_that_no_charge_remembers_is_left_to_people(house, office):
    paid(house)
    house.database.books.charges.clear()
    (difference, statement) = office.compare()[1]
    assert (difference.kinds, difference.repaired) == ((Kind.MISSING_HERE,), False)
    assert (difference.store, difference.order_id, difference.ours) == (STORE, ORDER, None)
    assert (statement.kinds, statement.store) == ((Kind.STATEMENT,), STORE)
    assert statement.theirs == "charged R$ 59.80, refunded R$ 0.00, charged back R$ 0.00, net R$ 59.80"


def test_what_others_sell_in_the_same_account_is_left_alone(house, office):
    house.gateway.payments["9"] = FOREIGN
    one, differences = office.compare()
    assert (one.compared, differences, one.theirs) == (0, [], {})
    assert ("get", "9") not in house.gateway.calls


def test_a_payment_that_the_provider_does_not_know_is_left_to_people(house, office):
    number = paid(house)
    del house.gateway.payments[number]
    assert office.differs() == [(Kind.MISSING_THERE, False), (Kind.STATEMENT, False)]


def test_a_payment_that_only_the_list_leaves_out_is_no_difference_in_the_end(house, office):
    paid(house)
    house.gateway.plan("changed", Answered(PaymentsPage(0, ())))
    assert office.differs() == [(Kind.MISSING_THERE, True)]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda one: replace(one, held=TOTAL - 1), Kind.AMOUNT),
        (lambda one: replace(one, at_provider=ProviderStatus.CHARGED_BACK), Kind.STATUS),
    ],
)
def test_what_hearing_does_not_change_is_left_to_people(house, office, change, kind):
    paid(house)
    change_ours(house, change)
    house.gateway.pass_time(seconds=-100)
    if kind is Kind.STATUS:
        house.gateway.payments = {
            number: replace(one, updated_at=NOW - timedelta(hours=1))
            for number, one in house.gateway.payments.items()
        }
        change_ours(house, lambda one: replace(one, provider_updated_at=NOW))
    assert (kind, False) in office.differs()


def test_a_refund_that_only_we_know_is_left_to_people(house, office):
    number = paid(house)
    house.go_on()
    house.refund(100)
    house.talk()
    house.gateway.payments[number] = replace(house.gateway.payments[number], refunds=())
    assert office.differs() == [(Kind.REFUND_MISSING_THERE, False), (Kind.STATEMENT, False)]


def test_a_refund_of_another_amount_is_left_to_people(house, office):
    number = paid(house)
    house.go_on()
    house.refund(100)
    house.talk()
    payment = house.gateway.payments[number]
    other = replace(payment.refunds[0], amount=101)
    house.gateway.payments[number] = replace(payment, refunds=(other,))
    assert office.differs() == [(Kind.REFUND_AMOUNT, False), (Kind.STATEMENT, False)]


def test_another_orders_reference_is_left_to_people(house, office):
    number = paid(house)
    house.gateway.payments[number] = replace(house.gateway.payments[number], reference=OTHER)
    assert office.differs() == [(Kind.REFERENCE, False)]


def test_a_time_that_could_be_of_another_day_is_put_right(house, office):
    paid(house)
    change_ours(house, lambda one: replace(one, paid_at=NOW - timedelta(days=1)))
    assert office.differs() == [(Kind.TIME, True)]


def test_an_answer_that_contradicts_what_is_known_changes_nothing(house, office):
    first = paid(house)
    house.gateway.give_back(first, 100)
    office.compare()
    second = paid(house, OTHER)
    stolen = house.gateway.payments[first].refunds
    house.gateway.payments[second] = replace(house.gateway.payments[second], refunds=stolen)
    assert (Kind.REFUND_MISSING_HERE, False) in office.differs()


def test_what_cannot_be_read_alone_either_is_left_to_people(house, office):
    house.gateway.charge_back(paid(house))
    house.gateway.plan("get", Unknown("timeout"))
    assert (Kind.CHARGEBACK_UNKNOWN, False) in office.differs()


def test_one_that_makes_no_sense_is_asked_about_alone_if_it_is_ours(house, office):
    number = paid(house)
    house.gateway.plan("changed", Answered(PaymentsPage(2, (), ("9", number))))
    assert office.differs() == [(Kind.UNREADABLE, True)]
    house.gateway.plan("changed", Answered(PaymentsPage(2, (), ("9", number))))
    house.gateway.plan("get", Unknown("nonsense"))
    assert office.differs() == [(Kind.UNREADABLE, False), (Kind.STATEMENT, False)]


def many(house, count):
    return [paid(house, f"order-{number}") for number in range(count)]


def test_a_long_list_is_gone_through_part_by_part(house, office):
    house.gateway.page = 2
    many(house, 5)
    one, differences = office.compare()
    assert (one.compared, one.seen, differences) == (5, 5, [])
    assert one.theirs == {STORE: Statement(charged=5 * TOTAL)}
    assert [about for kind, about in house.gateway.calls if kind == "changed"] == [0, 2, 4]


def test_what_is_told_twice_since_the_list_grew_before_it_counts_once(house, office):
    house.gateway.page = 2
    many(house, 4)
    begun = office.step(office.begin()[0]).reconciliation
    house.gateway.payments["9"] = replace(FOREIGN, updated_at=NOW)
    while begun.finished_at is None:
        begun = office.step(begun).reconciliation
    assert (begun.compared, begun.unsettled) == (4, 0)
    assert begun.theirs == {STORE: Statement(charged=4 * TOTAL)}


def test_more_of_ours_than_are_looked_at_at_once_are_gone_through_all_the_same(house, office, monkeypatch):
    monkeypatch.setattr(comparison, "ENTRIES_AT_MOST", 2)
    many(house, 5)
    one, differences = office.compare()
    assert (one.compared, differences) == (5, [])


def test_a_step_ends_when_it_took_long_and_the_next_one_goes_on_there(house, office):
    for number in many(house, 3):
        house.gateway.charge_back(number)
    get = house.gateway.get

    def slowly(number):
        office.seconds += reconcile_usecase.STEP_SECONDS + 1
        return get(number)

    house.gateway.get = slowly
    one = office.step(office.begin()[0]).reconciliation
    assert (one.compared, one.repaired, one.finished_at) == (1, 1, None)
    assert [len(office.compare()[1])] == [2]


def test_a_list_without_end_that_tells_nothing_more_is_at_its_end(house, office):
    house.gateway.plan("changed", Answered(PaymentsPage(7, ())))
    assert office.compare()[0].finished_at == house.database.now


# when


def test_every_day_is_compared_once_when_it_is_over(house, office):
    paid(house)
    assert office.step() is None
    assert office.step().reconciliation.day == TODAY - timedelta(days=1)
    assert office.step() is None
    house.wait(hours=1, minutes=29)
    assert office.step() is None
    house.wait(minutes=1)
    assert office.step() is None  # the day is begun, for whoever comes next
    one = office.step().reconciliation
    assert (one.day, one.compared, one.work.due_at) == (TODAY, 1, None)
    assert office.step() is None


def test_whoever_comes_next_goes_on_where_the_last_one_ended(house, office):
    house.gateway.page = 2
    many(house, 5)
    house.wait(hours=2)
    office.step()
    steps = [office.step().reconciliation for _ in range(3)]
    assert [(one.compared, one.finished_at is None) for one in steps] == [(2, True), (4, True), (5, False)]
    assert office.step() is None


def test_days_that_were_missed_are_made_up_for(house, office):
    office.step()
    office.step()
    house.wait(days=4)
    office.step()
    days = [office.step().reconciliation.day for _ in range(4)]
    assert days == [TODAY + timedelta(days=number) for number in range(4)]
    house.wait(days=40)
    office.step()
    days = []
    while (compared := office.step()) is not None:
        days.append(compared.reconciliation.day)
    assert days == [TODAY + timedelta(days=number) for number in range(37, 44)]


def all_steps(office):
    """Which days were compared, until nothing was left to do."""
    days = []
    while (compared := office.step() or office.step()) is not None:
        days.append(compared.reconciliation.day)
    return days


def test_a_day_that_somebody_compared_before_it_was_over_is_compared_again_after(house, office):
    all_steps(office)
    office.compare(TODAY)
    paid(house)
    house.wait(days=1)
    assert all_steps(office) == [TODAY]
    assert [one.compared for one in office.books.reconciliations(1)] == [1]
    assert all_steps(office) == []


def test_days_that_were_missed_are_made_up_for_whatever_day_somebody_compares_first(house, office):
    all_steps(office)
    house.wait(days=4)
    office.compare(TODAY + timedelta(days=3))
    office.compare(TODAY + timedelta(days=4))
    assert all_steps(office) == [TODAY + timedelta(days=number) for number in range(3)]


def test_what_is_not_settled_is_looked_at_again_a_few_times(house, office):
    number = paid(house)
    one = replace(Reconciliation.of(Payee(), TODAY, house.database.now), rounds=1)
    with house.uow() as uow:
        uow.reconciliations.add(one)
        uow.commit()
    del house.gateway.payments[number]
    for rounds in (1, 2, 3):
        assert office.step().reconciliation.rounds == rounds
        assert not [one for one in [office.step()] if one is not None and one.differences]
        house.wait(hours=1)
    assert office.books.reconciliations(1)[0].unsettled == 2


@pytest.mark.parametrize(
    ("outcome", "earliest"),
    [(Unknown("timeout", 90), 90), (Unknown("timeout"), 2.5), (Refused("1000"), 2.5), (NotMade(15), 15)],
)
def test_a_list_that_cannot_be_read_is_asked_for_again_later(house, office, outcome, earliest):
    office.step()
    house.gateway.plan("changed", outcome)
    compared = office.step()
    assert compared.hindrance == outcome
    assert compared.reconciliation.work.tries == (0 if isinstance(outcome, NotMade) else 1)
    assert compared.reconciliation.work.due_at >= house.database.now + timedelta(seconds=earliest)
    house.wait(seconds=90)
    assert office.step().reconciliation.finished_at is not None


def test_a_list_out_of_order_is_not_trusted(house, office):
    first, second = many(house, 2)
    told = (house.gateway.payments[second], house.gateway.payments[first])
    house.gateway.plan("changed", Answered(PaymentsPage(2, told)))
    compared = office.step(office.begin()[0])
    assert isinstance(compared.hindrance, Unknown)
    assert compared.reconciliation.seen == 0


def test_whoever_begins_anew_is_the_only_one_that_counts(office):
    (first,) = office.begin()
    (second,) = office.begin()
    assert office.step(first) is None
    assert office.step(second).reconciliation.finished_at is not None


def test_a_step_whose_comparison_was_begun_anew_meanwhile_is_not_kept(house, office):
    paid(house)
    (begun,) = office.begin()
    changed = house.gateway.changed

    def meanwhile(since, offset):
        house.gateway.changed = changed
        office.begin()
        return changed(since, offset)

    house.gateway.changed = meanwhile
    assert office.step(begun) is None
    assert office.books.reconciliations(1)[0].compared == 0


def test_a_comparison_that_was_never_begun_has_nothing_to_go_on_with(office):
    assert office.step(Reconciliation.of(Payee(), TODAY, NOW)) is None


# accounts


def with_own_account(house):
    """A store that is paid into an account of its own from now on."""
    house.providers.others[STORE, "77"] = own = FakePaymentGateway(collector="77")
    account = ProviderAccount(
        store=STORE,
        collector="77",
        sealed_access_token="sealed",
        sealed_webhook_secret="sealed",
        public_key="public",
        set_at=NOW,
    )
    with house.uow() as uow:
        uow.accounts.put(account)
        uow.commit()
    return own


def test_each_account_is_compared_with_its_own_list(house, office):
    own = with_own_account(house)
    house.place()
    house.talk()
    own.pay(own.newest())
    platform, stores = office.begin()
    assert office.step(platform).reconciliation.compared == 0
    compared = office.step(stores)
    assert [(one.kinds, one.repaired) for one in compared.differences] == [((Kind.STATUS,), True)]
    assert compared.reconciliation.theirs == {STORE: Statement(charged=TOTAL)}
    sums = ShowStatementUseCase(office.books).execute(ShowStatement(TODAY))
    assert sums == {STORE: Statement(charged=TOTAL)}
    listed = ListReconciliationsUseCase(office.books).execute(ListReconciliations(1))
    assert [one.payee for one in listed] == [Payee(), Payee(STORE, "77")]


def test_a_stores_account_has_nothing_to_say_of_another_stores_attempts(house, office):
    own = with_own_account(house)
    own.payments["9"] = replace(FOREIGN, payment_id="id-9", store="another")
    assert office.step(office.begin()[1]).reconciliation.compared == 0
    own.payments["9"] = replace(FOREIGN, payment_id="id-9", store=STORE)
    assert office.step(office.begin()[1]).reconciliation.unsettled == 2


def test_an_account_for_which_nobody_can_speak_waits(house, office):
    with_own_account(house)
    house.providers.others.clear()
    assert isinstance(office.step(office.begin()[1]).hindrance, Unknown)


def test_an_account_for_which_nobody_can_speak_waits_with_one_day_until_somebody_can(house, office):
    own = with_own_account(house)
    house.providers.others.clear()

    def days_of(payee):
        return [one.day for one in office.books.reconciliations(9) if one.payee == payee]

    for _ in range(5):
        house.wait(days=1)
        all_steps(office)
    assert [len(days_of(payee)) for payee in (Payee(), Payee(STORE, "77"))] == [5, 1]
    house.providers.others[STORE, "77"] = own
    house.wait(hours=1)
    all_steps(office)
    assert days_of(Payee(STORE, "77")) == days_of(Payee())
