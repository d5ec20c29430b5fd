"""What reading a charge without holding it has to do, in memory as in SQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from payment_service.domain.charge import Charge
from payment_service.domain.errors import UnknownCharge
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.provider_account import ProviderAccount
from payment_service.ports.charge_query_port import ChargeView
from tests.builders.payment_service import NOW, ORDER, STORE, a_payment, a_refund, terms

ACCOUNT = ProviderAccount(
    store=STORE,
    collector="200",
    sealed_access_token="a sealed token",
    sealed_webhook_secret="a sealed secret",
    public_key="APP_USR-200",
    set_at=NOW,
)


@pytest.fixture
def kept(books):
    """The charge that is stored, with two attempts."""
    returned = a_payment(
        id="p1",
        status=PaymentStatus.APPROVED,
        provider_id="mp-1",
        refunds=(a_refund(id="r1"), a_refund(id="r2")),
    )
    with books.uow() as uow:
        opened = uow.charges.opened(terms(), NOW)
        charge = Charge(opened.record, opened.version)
        charge._record = replace(opened.record, payments=(returned, a_payment(id="p2", number=2)))
        uow.charges.save(charge)
        uow.commit()
    return charge.record


def test_a_charge_is_read_as_it_is_stored_with_the_key_of_the_stores_account(books, kept):
    assert books.charge_query.of_order(STORE, ORDER) == ChargeView(kept, None, NOW)
    with books.uow() as uow:
        uow.accounts.put(ACCOUNT)
        uow.commit()
    assert books.charge_query.of_order(STORE, ORDER) == ChargeView(kept, "APP_USR-200", NOW)
    with books.uow() as uow:
        uow.accounts.retire(STORE, NOW)
        uow.commit()
    assert books.charge_query.of_order(STORE, ORDER).stores_key is None


@pytest.mark.usefixtures("kept")
def test_a_charge_of_another_store_is_unknown(books):
    for store, order_id in (("other", ORDER), (STORE, "nobody's")):
        with pytest.raises(UnknownCharge):
            books.charge_query.of_order(store, order_id)


def test_whoever_reads_waits_for_nobody_who_works_on_the_charge(books, kept):
    with books.uow() as uow, ThreadPoolExecutor(1) as another:
        uow.charges.get(STORE, ORDER)
        assert another.submit(books.charge_query.of_order, STORE, ORDER).result().record == kept
