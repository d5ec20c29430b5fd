"""What every storage of accounts has to do, in memory as in SQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from payment_service.domain.charge_record import Means
from payment_service.domain.provider_account import ProviderAccount
from servicekit.ids import new_id
from tests.builders.payment_service import NOW, ORDER, STORE, terms


def an_account(number, minutes=0, store=STORE, token="token"):  # noqa: S107 - it is none
    return ProviderAccount(
        store=store,
        collector=number,
        sealed_access_token=f"sealed {token} of {number}",
        sealed_webhook_secret=f"sealed secret of {number}",
        public_key=f"APP_USR-{number}",
        set_at=NOW + timedelta(minutes=minutes),
    )


def put(books, *accounts):
    with books.uow() as uow:
        for account in accounts:
            uow.accounts.put(account)
        uow.commit()


def known(books, store=STORE):
    with books.uow() as uow:
        return uow.accounts.current(store), uow.accounts.known(store)


def test_the_account_that_was_put_last_is_the_stores_and_the_others_stay_known(books):
    assert known(books) == (None, ())
    first, second = an_account("1"), an_account("2", minutes=1)
    put(books, first, second, an_account("3", minutes=2, store="other"))
    assert known(books) == (second, (second, first))
    again = an_account("1", minutes=3, token="new token")
    put(books, again)
    assert known(books) == (again, (again, second))


def test_a_store_without_account_keeps_those_it_had(books):
    account = an_account("1")
    put(books, account, an_account("2", minutes=-1), an_account("3", store="other"))
    with books.uow() as uow:
        uow.accounts.retire(STORE, NOW)
        uow.commit()
    assert known(books)[0] is None
    assert len(known(books)[1]) == 2
    assert known(books, "other")[0] is not None
    put(books, replace(account, set_at=NOW + timedelta(minutes=9)))
    assert known(books)[0].collector == "1"


def test_all_that_is_sealed_is_changed_or_nothing_is(books):
    put(books, an_account("1"), an_account("2", store="other"))
    with books.uow() as uow:
        charge = uow.charges.opened(terms(), NOW)
        charge.request_attempt(Means(sealed_card="sealed card"), now=NOW, new_id=new_id)
        uow.charges.save(charge)
        uow.commit()

    def fail(text):
        if "card" in text:
            raise ValueError
        return "lost"

    with books.uow() as uow, pytest.raises(ValueError, match=r"^$"):
        uow.sealed_texts.change(fail)
    with books.uow() as uow:
        assert uow.sealed_texts.change(lambda text: text.replace("sealed", "sealed again")) == 5
        uow.commit()
    current, _ = known(books)
    assert current.sealed_access_token == "sealed again token of 1"
    assert current.sealed_webhook_secret == "sealed again secret of 1"
    with books.uow() as uow:
        assert uow.charges.get(STORE, ORDER).payments[0].sealed_card == "sealed again card"
