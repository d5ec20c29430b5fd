"""A database was set back: what the provider still knows is remembered, or goes back."""

from dataclasses import replace

import pytest

from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import AlreadyPaid, NotOurs
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import NotMade, ProviderPayment, ProviderStatus, Unknown
from payment_service.usecases.return_lost_usecase import (
    FindLost,
    FindLostUseCase,
    ReturnLost,
    ReturnLostUseCase,
)
from tests.builders.payment_service import ORDER, STORE, TOTAL
from tests.fakes.payment_service.our_books import FakeOurBooks
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway


@pytest.fixture
def find_lost(house):
    usecase = FindLostUseCase(house.uow, house.providers, FakeOurBooks(house.database))
    return lambda number: usecase.execute(FindLost(number))


@pytest.fixture
def return_lost(house, find_lost):
    usecase = ReturnLostUseCase(house.uow, house.providers, house.new_id)

    def return_lost(number, *, force=False):
        lost = find_lost(number)
        usecase.execute(ReturnLost(lost, force))
        return lost

    return return_lost


def forget_everything(house):
    house.database.books.charges.clear()


def test_what_was_paid_for_an_order_that_nobody_remembers_goes_back(paid_house, return_lost):
    number = paid_house.gateway.newest()
    forget_everything(paid_house)
    assert return_lost(number).told.reference == ORDER
    paid_house.talk()
    charge = paid_house.charge
    assert charge.state is ChargeState.CLOSED
    assert (charge.payments[0].provider_id, charge.payments[0].refunded) == (number, TOTAL)
    assert sum(one.amount for one in paid_house.gateway.payments[number].refunds) == TOTAL
    assert paid_house.told()[-2:] == ["closed", "refunded"]


def test_done_again_it_changes_nothing(paid_house, return_lost):
    number = paid_house.gateway.newest()
    forget_everything(paid_house)
    for _ in range(2):
        return_lost(number)
        paid_house.talk()
    assert len(paid_house.gateway.payments[number].refunds) == 1


def test_a_code_that_nobody_remembers_can_be_paid_no_more(house, return_lost):
    house.place()
    house.talk()
    number = house.gateway.newest()
    forget_everything(house)
    return_lost(number)
    house.talk()
    assert house.gateway.payments[number].status is ProviderStatus.CANCELLED


def test_where_only_the_order_is_lost_its_charge_ends_as_if_it_was_cancelled(paid_house, return_lost):
    return_lost(paid_house.gateway.newest(), force=True)
    paid_house.talk()
    charge = paid_house.charge
    assert (charge.state, charge.record.reason) == (ChargeState.CLOSED, "lost")
    assert charge.payments[0].refunded == TOTAL


@pytest.mark.parametrize("change", [{"reference": None}, {"store": None}, {"payment_id": None}])
def test_what_others_sell_in_the_same_account_is_left_alone(house, return_lost, change):
    ours = {"reference": ORDER, "store": STORE, "payment_id": "attempt-1"}
    house.gateway.payments["9"] = ProviderPayment(
        id="9", status=ProviderStatus.APPROVED, amount=100, currency="BRL", **(ours | change)
    )
    with pytest.raises(NotOurs, match=r"^no payment of this number was made for an order of ours$"):
        return_lost("9")
    assert house.database.books.charges == {}


def test_a_number_that_nobody_has_is_told(return_lost):
    with pytest.raises(NotOurs, match=r"^no payment of this number was made for an order of ours$"):
        return_lost("404")


@pytest.mark.parametrize("outcome", [Unknown("no answer"), NotMade(5)])
def test_a_provider_that_cannot_be_asked_is_told(house, find_lost, outcome):
    house.gateway.plan("get", outcome)
    assert find_lost("1") == outcome


def test_it_is_looked_for_in_the_account_of_every_store(paid_house, return_lost):
    number = paid_house.gateway.newest()
    own = FakePaymentGateway(collector="7")
    own.payments[number] = paid_house.gateway.payments.pop(number)
    paid_house.providers.others[STORE, "7"] = own
    paid_house.database.books.accounts[STORE, "7"] = None
    forget_everything(paid_house)
    assert return_lost(number).told == own.payments[number]
    assert paid_house.charge.payments[0].collector == "7"


def test_a_stores_account_says_nothing_of_another_stores_order(paid_house, return_lost):
    number = paid_house.gateway.newest()
    own = FakePaymentGateway(collector="7")
    own.payments[number] = replace(paid_house.gateway.payments.pop(number), store="another")
    paid_house.providers.others[STORE, "7"] = own
    paid_house.database.books.accounts[STORE, "7"] = None
    with pytest.raises(NotOurs, match=r"^no payment of this number was made for an order of ours$"):
        return_lost(number)


def test_an_account_that_nobody_speaks_for_is_told(house, find_lost):
    house.database.books.accounts[STORE, "7"] = None
    assert isinstance(find_lost("404"), Unknown)


@pytest.mark.parametrize("speaks", [True, False])
def test_an_account_that_cannot_be_asked_does_not_hide_those_after_it(paid_house, find_lost, speaks):
    number = paid_house.gateway.newest()
    own, dead = FakePaymentGateway(collector="7"), FakePaymentGateway(collector="6")
    own.payments[number] = paid_house.gateway.payments.pop(number)
    dead.plan("get", Unknown("401"))
    paid_house.providers.others[STORE, "7"] = own
    if speaks:
        paid_house.providers.others[STORE, "6"] = dead
    paid_house.database.books.accounts |= {(STORE, "6"): None, (STORE, "7"): None}
    assert find_lost(number).told == own.payments[number]


def test_how_the_charge_of_its_order_stands_is_told(paid_house, find_lost):
    number = paid_house.gateway.newest()
    assert find_lost(number).state is ChargeState.SETTLED
    forget_everything(paid_house)
    assert find_lost(number).state is None


def test_an_order_for_which_money_is_kept_is_not_cancelled_without_force(paid_house, return_lost):
    books = paid_house.database.books
    with pytest.raises(AlreadyPaid, match=r"^money is kept for its order, which would be cancelled: nothing"):
        return_lost(paid_house.gateway.newest())
    paid_house.talk()
    assert (paid_house.charge.state, paid_house.database.books) == (ChargeState.SETTLED, books)


def test_an_old_code_beside_one_that_can_be_paid_cancels_nothing(house, return_lost):
    house.place()
    house.talk()
    live, books = house.gateway.newest(), house.database.books
    house.gateway.payments["5"] = replace(house.gateway.payments[live], id="5", payment_id="forgotten")
    with pytest.raises(NotOurs, match=r"^another attempt stands in its place: nothing is changed$"):
        return_lost("5")
    house.talk()
    assert house.database.books == books
    assert house.gateway.payments[live].status is ProviderStatus.PENDING


def test_a_payment_that_is_known_as_another_orders_cancels_nothing(paid_house, return_lost):
    number = paid_house.gateway.newest()
    lost = replace(paid_house.gateway.payments[number], reference="lost", payment_id="forgotten")
    paid_house.gateway.payments[number] = lost
    with pytest.raises(NotOurs, match=r"^it is known as another order's payment: nothing is changed$"):
        return_lost(number)
    assert list(paid_house.database.books.charges) == [ORDER]


class TestForgottenAttempt:
    """The charge is remembered, and one of its attempts is not."""

    @pytest.fixture
    def house(self, house):
        house.place()
        house.talk()
        return house

    def forget(self, house):
        record, version = house.database.books.charges[ORDER]
        forgotten = record.payments[-1]
        house.database.books.charges[ORDER] = (replace(record, payments=record.payments[:-1]), version)
        return forgotten.provider_id

    def hear(self, house, number, *, collector=None, **changes):
        with house.uow() as uow:
            answer = replace(house.gateway.payments[number], **changes)
            charge = uow.charges.get(STORE, ORDER)
            known = charge.hear(answer, now=house.database.now, new_id=house.new_id, collector=collector)
            uow.charges.save(charge)
            uow.commit()
        return known

    def test_its_money_is_the_orders(self, house):
        number = self.forget(house)
        house.gateway.pay(number)
        assert self.hear(house, number)
        charge = house.charge
        assert charge.state is ChargeState.SETTLED
        assert (charge.payments[0].provider_id, charge.payments[0].kept) == (number, True)
        assert house.told()[-1] == "approved"

    def test_its_code_can_be_paid_again(self, house):
        assert self.hear(house, self.forget(house))
        assert house.charge.payments[0].status is PaymentStatus.PENDING

    @pytest.mark.parametrize(("by_card", "method"), [(False, "pix"), (True, "card")])
    def test_it_is_by_what_the_provider_says_also_without_a_code_to_trust(self, house, by_card, method):
        number = self.forget(house)
        assert self.hear(house, number, by_card=by_card, qr_code=None)
        assert house.charge.payments[0].method == method

    def test_a_second_code_is_not_let_in_beside_one_that_can_be_paid(self, house):
        number = self.forget(house)
        house.place()
        house.talk()
        assert not self.hear(house, number)
        house.gateway.pay(number)
        assert self.hear(house, number)
        assert [payment.kept for payment in house.charge.payments] == [False, True]

    def test_another_sum_goes_back(self, house):
        number = self.forget(house)
        house.gateway.pay(number)
        self.hear(house, number, amount=1)
        assert house.charge.state is ChargeState.OPEN
        assert house.charge.payments[0].return_reason == "amount_mismatch"

    @pytest.mark.parametrize(
        "change", [{"payment_id": None}, {"reference": "another"}, {"store": "another"}, {"store": None}]
    )
    def test_what_was_not_made_for_the_order_is_none_of_it(self, house, change):
        number = self.forget(house)
        assert not self.hear(house, number, **change)
        assert house.charge.payments == ()

    @pytest.mark.parametrize("status", [ProviderStatus.APPROVED, ProviderStatus.PENDING])
    def test_an_attempt_that_was_not_sent_yet_is_known_by_what_was_made_of_it(self, house, status):
        number = house.gateway.newest()
        record, version = house.database.books.charges[ORDER]
        unsent = replace(record.payments[0], status=PaymentStatus.CREATED, sent_at=None, provider_id=None)
        unsent = replace(unsent, at_provider=None, qr_code=None)
        house.database.books.charges[ORDER] = (replace(record, payments=(unsent,)), version)
        assert self.hear(house, number, status=status)
        (payment,) = house.charge.payments
        assert (payment.status, payment.provider_id) == (PaymentStatus(status), number)

    def twin(self, house, **changes):
        """The provider has forgotten the key, and so the attempt was made once more: of two, this is one."""
        known = house.gateway.payments[house.gateway.newest()]
        house.gateway.payments["777"] = replace(known, id="777", **changes)

    def test_the_money_of_a_second_payment_by_a_known_attempt_goes_back(self, house):
        number = house.gateway.newest()
        house.gateway.pay(number)
        house.wait(seconds=5).talk()
        self.twin(house)
        assert self.hear(house, "777")
        house.talk()
        kept, twin = house.charge.payments
        assert (kept.kept, kept.refunded) == (True, 0)
        assert (twin.provider_id, twin.return_reason, twin.refunded) == ("777", "duplicate_payment", TOTAL)
        assert sum(one.amount for one in house.gateway.payments["777"].refunds) == TOTAL
        assert house.charge.state is ChargeState.SETTLED
        assert self.hear(house, "777")
        assert len(house.charge.payments) == 2

    def test_the_money_of_a_second_payment_is_the_orders_where_the_first_was_not_paid(self, house):
        live = house.gateway.newest()
        self.twin(house, status=ProviderStatus.APPROVED)
        assert self.hear(house, "777")
        house.talk()
        assert [payment.kept for payment in house.charge.payments] == [False, True]
        assert house.gateway.payments[live].status is ProviderStatus.CANCELLED

    @pytest.mark.parametrize("status", [ProviderStatus.PENDING, ProviderStatus.EXPIRED])
    def test_a_second_payment_by_a_known_attempt_is_not_taken_up_without_money(self, house, status):
        self.twin(house, status=status)
        assert not self.hear(house, "777")
        assert len(house.charge.payments) == 1

    def test_a_second_payment_in_another_account_is_none_of_a_known_attempts(self, house):
        record, version = house.database.books.charges[ORDER]
        elsewhere = replace(record.payments[0], collector="7")
        house.database.books.charges[ORDER] = (replace(record, payments=(elsewhere,)), version)
        self.twin(house, status=ProviderStatus.APPROVED)
        assert not self.hear(house, "777", collector="8")

    def test_forgotten_refusals_do_not_end_an_order_that_can_still_be_paid(self, house):
        live = house.gateway.payments[house.gateway.newest()]
        for number in ("902", "903"):
            refused = replace(live, id=number, payment_id=f"forgotten-{number}", qr_code=None)
            house.gateway.payments[number] = replace(refused, status=ProviderStatus.REJECTED)
            assert self.hear(house, number)
        assert house.charge.record.attempts_left == 0
        assert [said.event.attempts_left for said in house.database.books.said[1:]] == [1, 1]
        house.place()
        assert house.told()[-1] == "created"
        house.gateway.expire(live.id)
        house.wait(minutes=1).talk()
        assert house.database.books.said[-1].event.attempts_left == 0
