from dataclasses import replace

import pytest

from fake_checkout.domain.account import Accounts
from tests.builders.fake_checkout import ACCOUNT


@pytest.mark.parametrize(("amount", "fee"), [(10000, 99), (5990, 59), (1, 0), (50, 0), (51, 1)])
def test_the_provider_keeps_its_share_to_the_nearest_centavo(amount, fee):
    assert ACCOUNT.fee(amount) == fee


def test_the_pay_page_is_below_the_public_address():
    assert ACCOUNT.pay_page(42) == "http://localhost:5000/fake-checkout/pay/42"


def test_a_card_costs_more():
    assert replace(ACCOUNT, card_fee_basis_points=499).fee(1234, by_card=True) == 62


def test_accounts_are_known_by_token_key_and_number():
    other = replace(ACCOUNT, collector_id=5, access_token="token-é", public_key="key")
    accounts = Accounts((ACCOUNT, other))

    assert accounts.by_token("token-é") is accounts.by_public_key("key") is accounts.of(5) is other
    assert accounts.by_token("x") is accounts.by_public_key("x") is None
    assert accounts.of(6) is accounts.main is ACCOUNT
    assert "token-é" not in repr(other)
