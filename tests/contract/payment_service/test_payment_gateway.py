"""What every provider does behind the port: the one in memory, and the emulator behind the real adapter."""

from datetime import UTC, datetime, timedelta

import pytest

from payment_service.domain import brcode
from payment_service.domain.calls import CreateCall, RefundCall
from payment_service.domain.provider import Answered, ProviderRefundStatus, ProviderStatus, Refused, Unknown
from servicekit.ids import new_id
from tests.builders.payment_service import ORDER, TOTAL
from tests.contract.payment_service.providers import EmulatedProvider, MemoryProvider, emulator_at


@pytest.fixture(params=["memory", "emulator"])
def provider(request, tmp_path):
    if request.param == "memory":
        yield MemoryProvider()
        return
    with emulator_at(f"sqlite:///{tmp_path / 'provider.sqlite3'}") as (url, _container):
        yield EmulatedProvider(url)


def a_create_call(**changes):
    values = {
        "store": "default",
        "order_id": ORDER,
        "payment_id": new_id(),
        "lease": 1,
        "attempt": 1,
        "method": "pix",
        "amount": TOTAL,
        "expires_at": datetime.now(UTC) + timedelta(minutes=40),
        "repeated": False,
    }
    return CreateCall(**(values | changes))


def a_refund_call(payment, **changes):
    values = {
        "store": "default",
        "order_id": ORDER,
        "payment_id": payment.payment_id,
        "lease": 1,
        "refund_id": new_id(),
        "provider_id": payment.id,
        "amount": TOTAL,
        "whole": True,
        "repeated": False,
        "own_provider_id": None,
        "others": frozenset(),
    }
    return RefundCall(**(values | changes))


@pytest.fixture
def payment(provider):
    """A payment that waits for its payer."""
    return provider.gateway.create(a_create_call()).value


def read(provider, payment):
    return provider.gateway.get(payment.id).value


def test_a_payment_is_made_with_a_code_that_can_be_paid(provider):
    call = a_create_call(amount=2990)
    payment = provider.gateway.create(call).value
    assert payment.status is ProviderStatus.PENDING
    assert (payment.amount, payment.currency, payment.reference) == (2990, "BRL", ORDER)
    assert payment.payment_id == call.payment_id
    assert brcode.is_valid(payment.qr_code)
    assert payment.ticket_url.startswith("http")
    assert abs(payment.expires_at - call.expires_at) < timedelta(seconds=1)


def test_a_card_pays_at_once_and_its_token_only_once(provider):
    call = a_create_call(method="card", card=provider.card())
    payment = provider.gateway.create(call).value
    assert (payment.status, payment.amount, payment.qr_code) == (ProviderStatus.APPROVED, TOTAL, None)
    assert provider.gateway.create(call).value.id == payment.id
    assert isinstance(provider.gateway.create(a_create_call(method="card", card=call.card)), Refused)
    assert provider.gateway.refund(a_refund_call(payment)).value.amount == TOTAL


def test_a_card_that_its_bank_refuses_is_no_refusal_of_the_call(provider):
    payment = provider.gateway.create(a_create_call(method="card", card=provider.card(refused=True))).value
    assert (payment.status, payment.detail) == (ProviderStatus.REJECTED, "cc_rejected_insufficient_amount")


def test_a_payment_said_again_with_its_key_is_the_same_payment(provider):
    call = a_create_call()
    first, second = provider.gateway.create(call), provider.gateway.create(call)
    assert first.value.id == second.value.id
    assert len(provider.gateway.search(ORDER).value) == 1


@pytest.mark.parametrize("amount", [1, 10, 30, 3333, 99_999_999])
def test_every_centavo_arrives(provider, amount):
    assert provider.gateway.create(a_create_call(amount=amount)).value.amount == amount


def test_a_payment_is_found_by_its_id_and_by_its_order(provider, payment):
    assert read(provider, payment).id == payment.id
    (found,) = provider.gateway.search(ORDER).value
    assert (found.id, found.payment_id) == (payment.id, payment.payment_id)
    assert provider.gateway.search("019aa000-0000-7000-8000-00000000ffff") == Answered(())


def test_what_the_payer_and_the_bank_do_is_seen(provider):
    payments = [provider.gateway.create(a_create_call()).value for _ in range(4)]
    paid, rejected, expired, charged_back = payments
    provider.pay(paid.id)
    provider.reject(rejected.id)
    provider.expire(expired.id)
    provider.pay(charged_back.id)
    provider.charge_back(charged_back.id)
    assert [read(provider, payment).status for payment in payments] == [
        ProviderStatus.APPROVED,
        ProviderStatus.REJECTED,
        ProviderStatus.EXPIRED,
        ProviderStatus.CHARGED_BACK,
    ]
    assert read(provider, rejected).detail == "rejected_by_bank"


def test_a_payment_that_nobody_paid_can_be_ended_once(provider, payment):
    assert provider.gateway.cancel(payment.id).value.status is ProviderStatus.CANCELLED
    assert read(provider, payment).status is ProviderStatus.CANCELLED
    assert provider.gateway.cancel(payment.id) == Refused("2018")


def test_a_payment_that_was_paid_cannot_be_ended(provider, payment):
    provider.pay(payment.id)
    assert provider.gateway.cancel(payment.id) == Refused("2018")


def test_a_payment_may_be_paid_after_it_was_ended_by_a_race_of_the_bank(provider, payment):
    provider.gateway.cancel(payment.id)
    provider.pay(payment.id, force=True)
    assert read(provider, payment).status is ProviderStatus.APPROVED


def test_what_the_provider_does_not_know_is_refused(provider):
    assert provider.gateway.get("404404404404") == Refused("2000")
    assert provider.gateway.cancel("404404404404") == Refused("2000")
    assert provider.gateway.list_refunds("404404404404") == Refused("2000")


def test_a_refund_of_what_the_provider_does_not_know_is_not_refused(provider, payment):
    call = a_refund_call(payment, provider_id="404404404404")
    assert isinstance(provider.gateway.refund(call), Unknown)


def test_all_of_the_money_goes_back_once_for_a_key(provider, payment):
    provider.pay(payment.id)
    call = a_refund_call(payment)
    first, second = provider.gateway.refund(call).value, provider.gateway.refund(call).value
    assert first == second
    assert (first.amount, first.status) == (TOTAL, ProviderRefundStatus.DONE)
    assert provider.gateway.list_refunds(payment.id).value == (first,)
    after = read(provider, payment)
    assert (after.status, after.refunds) == (ProviderStatus.APPROVED, (first,))


def test_money_goes_back_in_parts_and_then_what_is_left_of_it(provider, payment):
    provider.pay(payment.id)
    parts = [
        provider.gateway.refund(a_refund_call(payment, amount=amount, whole=False)).value.amount
        for amount in (1, 2990, TOTAL - 2991)
    ]
    assert sum(parts) == TOTAL
    assert isinstance(provider.gateway.refund(a_refund_call(payment, amount=1, whole=False)), Refused)


def test_money_that_never_came_cannot_go_back(provider, payment):
    assert provider.gateway.refund(a_refund_call(payment)) == Refused("2063")


def changed(provider, since, offset=0):
    page = provider.gateway.changed(since, offset).value
    return page.total, [one.id for one in page.payments]


def test_what_changed_is_listed_in_the_order_of_its_numbers_and_in_parts(provider):
    made = [provider.gateway.create(a_create_call(order_id=new_id())).value for _ in range(3)]
    provider.pay(made[0].id)
    everything = made[0].updated_at - timedelta(days=1)
    numbers = sorted(one.id for one in made)
    assert changed(provider, everything) == (3, numbers)
    assert changed(provider, everything, offset=1) == (3, numbers[1:])
    assert changed(provider, everything, offset=3) == (3, [])
    assert changed(provider, made[0].updated_at + timedelta(days=1)) == (0, [])


def test_what_is_listed_tells_when_money_came_and_went(provider, payment):
    provider.pay(payment.id)
    provider.gateway.refund(a_refund_call(payment, whole=False, amount=100))
    page = provider.gateway.changed(payment.updated_at - timedelta(days=1), 0).value
    (told,) = page.payments
    assert (told.status, told.store, told.payment_id) == (
        ProviderStatus.APPROVED,
        "default",
        payment.payment_id,
    )
    assert abs(told.approved_at - payment.updated_at) < timedelta(minutes=1)
    (refund,) = told.refunds
    assert abs(refund.made_at - payment.updated_at) < timedelta(minutes=1)
