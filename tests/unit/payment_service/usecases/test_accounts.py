"""Whose account is asked, about what, and whose notices are believed."""

from dataclasses import replace

import pytest

from payment_service.domain.calls import CancelCall
from payment_service.domain.errors import NoAccountNumber, UntrustedNotification
from payment_service.domain.notification import NotificationState
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider import ProviderStatus, Unknown
from payment_service.usecases.reseal_usecase import Resealed
from tests.builders.payment_service import NOW, STORE
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.unit.payment_service.usecases.house import SECRET, STORES_SECRET
from tests.unit.payment_service.usecases.test_notifications import notice

PLATFORM, STORES, NEXT = "100", "200", "300"
OTHER = "019aa000-0000-7000-8000-000000000002"
THIRD = "019aa000-0000-7000-8000-000000000003"


@pytest.fixture
def house(house):
    """The platform's account, and two that the store may bring."""
    house.gateway.collector = house.providers.number = PLATFORM
    for number in (STORES, NEXT):
        house.providers.others[STORE, number] = FakePaymentGateway(collector=number)
    house.own = house.providers.others[STORE, STORES]
    house.next = house.providers.others[STORE, NEXT]
    return house


def paid_into_the_own(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.place()
    house.talk()
    house.own.pay(house.own.newest())
    house.wait(seconds=5).talk()
    assert house.payment.status is PaymentStatus.APPROVED


def test_a_store_is_paid_by_the_platform_until_it_brings_an_account_and_again_after(house):
    house.place()
    assert house.show_account() is None
    house.put_account(f"APP_USR-1-{STORES}")
    assert house.show_account() == NOW
    house.place(order_id=OTHER)
    house.retire_account()
    house.retire_account()
    assert house.show_account() is None
    house.place(order_id=THIRD)
    house.talk()
    collectors = [record.payments[0].collector for record, _ in house.database.books.charges.values()]
    assert collectors == [PLATFORM, STORES, PLATFORM]
    assert (len(house.gateway.payments), len(house.own.payments)) == (2, 1)


def test_a_token_that_names_no_account_is_not_taken(house):
    with pytest.raises(NoAccountNumber):
        house.put_account("APP_USR-without-number")
    assert house.show_account() is None


def test_money_goes_back_by_the_account_that_was_paid_whatever_account_came_after(house):
    paid_into_the_own(house)
    house.put_account(f"APP_USR-1-{NEXT}")
    house.close("customer")
    house.talk()
    assert [refund.status for refund in house.payment.refunds] == ["DONE"]
    assert "refund" in [kind for kind, _ in house.own.calls]
    assert (house.next.calls, house.gateway.calls) == ([], [])


def test_a_new_token_takes_the_place_of_the_old_one_of_the_same_account(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.put_account(f"APP_USR-9-{STORES}")
    ((account, _),) = house.database.books.accounts.values()
    assert house.sealing.unseal(account.sealed_access_token) == f"APP_USR-9-{STORES}"
    assert "APP_USR" not in repr(replace(account, public_key=""))


def test_an_attempt_of_an_account_that_was_given_back_is_ended_there(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.place()
    house.talk()
    house.retire_account()
    house.close("customer")
    (spoken,) = house.talk()
    assert isinstance(spoken.said.call, CancelCall)
    assert house.told()[-1] == "closed"
    assert house.gateway.calls == []


def test_an_account_for_which_nobody_speaks_is_waited_for_and_no_other_is_asked(house):
    paid_into_the_own(house)
    gateway = house.providers.others.pop((STORE, STORES))
    house.close("customer")
    nobody = Unknown(f"nobody speaks for the account {STORES}")
    (spoken,) = house.talk()
    assert spoken.said.outcome == nobody
    house.receive(notice(house, house.payment.provider_id, secret=STORES_SECRET))
    assert house.read_notice().outcome == nobody
    assert house.gateway.calls == []
    house.providers.others[STORE, STORES] = gateway
    house.wait(seconds=5).talk()
    assert [refund.status for refund in house.payment.refunds] == ["DONE"]


def test_an_attempt_for_whose_account_nobody_speaks_is_made_once_somebody_does(house):
    gateway = house.providers.others.pop((STORE, STORES))
    house.put_account(f"APP_USR-1-{STORES}")
    house.place()
    house.talk()
    assert house.payment.status is PaymentStatus.CREATED
    house.providers.others[STORE, STORES] = gateway
    house.wait(seconds=30).talk()
    assert house.payment.status is PaymentStatus.PENDING


def test_money_in_another_account_is_not_the_orders(house):
    house.place()
    house.talk()
    mine = house.gateway.payments[house.gateway.newest()]
    house.gateway.payments[mine.id] = replace(mine, collector="999")
    house.gateway.pay(mine.id)
    house.wait(seconds=5).talk()
    assert (house.payment.status, house.payment.return_reason) == (PaymentStatus.REJECTED, "amount_mismatch")
    assert house.told() == ["created", "rejected", "refunded"]


def test_an_answer_that_does_not_say_whose_account_it_is_counts_for_the_one_that_was_asked(house):
    house.gateway.lose_answer("create")
    house.place()
    house.talk()
    mine = house.gateway.newest()
    house.gateway.payments[mine] = replace(house.gateway.payments[mine], collector=None)
    house.wait(seconds=2).talk()
    house.gateway.pay(mine)
    house.wait(seconds=5).talk()
    assert house.payment.status is PaymentStatus.APPROVED
    assert house.told() == ["created", "approved"]


def test_a_notice_is_looked_into_by_the_account_whose_secret_signed_it(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.place()
    house.talk()
    provider_id = house.own.newest()
    house.own.pay(provider_id)
    with pytest.raises(UntrustedNotification):
        house.receive(notice(house, provider_id, secret="guessed"))
    house.receive(notice(house, provider_id, secret=STORES_SECRET))
    assert house.read_notice().notification.state is NotificationState.READ
    assert house.payment.status is PaymentStatus.APPROVED
    assert house.gateway.calls == []


def test_each_account_that_a_store_has_had_may_sign(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.put_account("APP_USR-1-99", signs_with="another secret")
    for number, secret in (("1", STORES_SECRET), ("2", "another secret")):
        assert house.receive(notice(house, number, secret=secret))


def test_a_notice_of_an_account_that_was_given_back_is_still_believed(house):
    paid_into_the_own(house)
    house.retire_account()
    house.own.charge_back(house.payment.provider_id)
    house.receive(notice(house, house.payment.provider_id, secret=STORES_SECRET))
    house.read_notice()
    assert house.payment.status is PaymentStatus.CHARGED_BACK


def test_a_secret_that_no_key_unseals_signs_nothing(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.sealing.keys = ("another key",)
    with pytest.raises(UntrustedNotification):
        house.receive(notice(house, "1", secret=STORES_SECRET))
    assert house.receive(notice(house, "1", secret=SECRET))


def test_a_stores_account_says_nothing_of_an_order_that_the_platform_is_paid_for(house):
    house.place()
    house.talk()
    mine = house.gateway.payments[house.gateway.newest()]
    house.put_account(f"APP_USR-1-{STORES}")
    house.own.payments["666"] = replace(mine, id="666", collector=STORES, status=ProviderStatus.APPROVED)
    house.receive(notice(house, "666", secret=STORES_SECRET))
    assert house.read_notice().notification.state is NotificationState.STRANGE
    assert house.payment.status is PaymentStatus.PENDING


def test_a_stores_account_says_nothing_of_another_stores_order(house):
    paid_into_the_own(house)
    house.put_account(f"APP_USR-1-{STORES}", store="other")
    mine = house.own.payments[house.own.newest()]
    charged_back = replace(mine, status=ProviderStatus.CHARGED_BACK)
    house.providers.others["other", STORES] = FakePaymentGateway({mine.id: charged_back})
    house.receive(replace(notice(house, mine.id, secret=STORES_SECRET), store="other"))
    assert house.read_notice().notification.state is NotificationState.STRANGE
    assert house.payment.status is PaymentStatus.APPROVED


def test_what_old_keys_have_sealed_is_sealed_again(house):
    house.put_account(f"APP_USR-1-{STORES}")
    house.sealing.keys = ("new key",)
    assert house.reseal() == Resealed(0, 2)
    house.sealing.keys = ("new key", "key")
    assert house.reseal() == Resealed(2, 0)
    house.sealing.keys = ("new key",)
    assert house.receive(notice(house, "1", secret=STORES_SECRET))
