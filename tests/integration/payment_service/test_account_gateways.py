"""Which token is used for which account, and what it is used with."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from payment_service.infrastructure.gateways.account_gateways import AccountGateways
from payment_service.infrastructure.gateways.mercado_pago_gateway import Account
from tests.fakes.payment_service.sealing import FakeSealing

PLATFORM = Account(
    "APP_USR-1-100", "https://provider.test", "cliente@example.com", "https://us.test/payments/webhook", 5.0
)
STORES = FakeSealing().seal("APP_USR-1-200")


class Tokens(dict):
    def sealed_access_token(self, store, collector):
        return self.get((store, collector))


@pytest.fixture
def tokens():
    return Tokens({("south", "200"): STORES})


def gateways(tokens, platform=PLATFORM, sealing=None):
    """What a gateway was made of stands for it."""
    return AccountGateways(platform, tokens, sealing or FakeSealing(), lambda account: account)


def test_the_platform_speaks_for_itself_whatever_a_store_says_of_its_account(tokens):
    tokens["south", "100"] = STORES
    made = gateways(tokens)
    assert made.platform == "100"
    assert (made.of("south", None), made.of("south", "100")) == (PLATFORM, PLATFORM)


def test_a_stores_account_is_told_of_at_the_stores_own_address(tokens):
    made = gateways(tokens).of("south", "200")
    assert made == replace(
        PLATFORM, access_token="APP_USR-1-200", webhook_url="https://us.test/stores/south/payments/webhook"
    )
    assert "APP_USR" not in repr(made)


@pytest.mark.parametrize("url", [None, "https://us.test/hook"])
def test_an_address_that_has_no_stores_is_left_as_it_is(tokens, url):
    assert gateways(tokens, replace(PLATFORM, webhook_url=url)).of("south", "200").webhook_url == url


def test_an_account_is_its_stores_alone(tokens):
    assert gateways(tokens).of("north", "200") is None
    assert gateways(tokens).of("south", "300") is None


def test_a_platform_that_was_given_another_account_does_not_speak_for_the_old_one(tokens):
    assert gateways(tokens, replace(PLATFORM, access_token="APP_USR-1-101")).of("south", "100") is None
    nameless = gateways(tokens, replace(PLATFORM, access_token="APP_USR-x"))
    assert (nameless.platform, nameless.of("south", "100")) == (None, None)


def test_a_new_token_is_used_from_the_next_call_on_and_connections_are_kept_otherwise(tokens):
    made = gateways(tokens)
    first = made.of("south", "200")
    assert made.of("south", "200") is first
    tokens["south", "200"] = FakeSealing().seal("APP_USR-9-200")
    assert made.of("south", "200").access_token == "APP_USR-9-200"


def test_a_token_that_no_key_unseals_is_an_alarm(tokens):
    with capture_logs() as logs:
        assert gateways(tokens, sealing=FakeSealing("another")).of("south", "200") is None
    assert [(log["event"], log["log_level"], log["collector"]) for log in logs] == [
        ("account_not_readable", "error", "200")
    ]
