import pytest

from tests.builders.fake_checkout import ACCOUNT


@pytest.mark.parametrize(("amount", "fee"), [(10000, 99), (5990, 59), (1, 0), (50, 0), (51, 1)])
def test_the_provider_keeps_its_share_to_the_nearest_centavo(amount, fee):
    assert ACCOUNT.fee(amount) == fee


def test_the_pay_page_is_below_the_public_address():
    assert ACCOUNT.pay_page(42) == "http://localhost:5000/fake-checkout/pay/42"
