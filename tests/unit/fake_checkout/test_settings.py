import json

import pytest

from fake_checkout.settings import DEMO_PUBLIC_KEY, Settings
from servicekit.settings import SettingsError, load

REQUIRED = {"DATABASE_URL": "sqlite://"}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "MERCADO_PAGO_ACCESS_TOKEN": "APP_USR-1-010126-secret-987",
    "MERCADO_PAGO_WEBHOOK_SECRET": "secret",
}


def settings(**environ):
    return load(Settings, {**REQUIRED, **environ})


@pytest.mark.parametrize(
    ("environ", "on"),
    [
        ({}, True),
        ({"ENVIRONMENT": "development"}, True),
        (PRODUCTION, False),
        ({**PRODUCTION, "FAKE_CHECKOUT_CONTROL": "off"}, False),
        ({"FAKE_CHECKOUT_CONTROL": "on"}, True),
        ({"FAKE_CHECKOUT_CONTROL": "off"}, False),
        ({"FAKE_CHECKOUT_CONTROL": "OFF"}, False),
    ],
)
def test_control_is_on_in_development_unless_told_otherwise(environ, on):
    assert settings(**environ).control_is_on is on


def test_control_is_on_or_off():
    with pytest.raises(SettingsError, match="FAKE_CHECKOUT_CONTROL"):
        settings(FAKE_CHECKOUT_CONTROL="maybe")


@pytest.mark.parametrize("text", ["gravity=off", "webhook_ts=hours", "webhook_ts"])
def test_a_switch_that_is_not_there_is_refused(text):
    with pytest.raises(SettingsError, match="FAKE_CHECKOUT_SWITCHES"):
        settings(FAKE_CHECKOUT_SWITCHES=text)


@pytest.mark.parametrize(
    ("environ", "why"),
    [
        ({"MERCADO_PAGO_ACCESS_TOKEN": ""}, "MERCADO_PAGO_ACCESS_TOKEN is the demo's"),
        ({"MERCADO_PAGO_WEBHOOK_SECRET": ""}, "MERCADO_PAGO_WEBHOOK_SECRET is the demo's"),
        ({"FAKE_CHECKOUT_CONTROL": "on"}, "FAKE_CHECKOUT_CONTROL is on"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT is neither"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES is below zero"),
    ],
)
def test_production_refuses_what_is_fit_for_a_demo_only(environ, why):
    with pytest.raises(SettingsError, match=why):
        settings(**{**PRODUCTION, **environ})


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "http://localhost:5000/fake-checkout"),
        ({"PUBLIC_URL": "https://comanda.example/"}, "https://comanda.example/fake-checkout"),
        ({"FAKE_CHECKOUT_PUBLIC_URL": "https://pay.example/x/"}, "https://pay.example/x"),
    ],
)
def test_the_public_address_is_below_the_houses_unless_it_has_its_own(environ, url):
    assert settings(**environ).base_url == url


@pytest.mark.parametrize(
    ("token", "collector"),
    [
        ("APP_USR-1-010126-abc-987", 987),
        ("APP_USR-1-010126-abc-98²", 100_200_300),
        ("opaque", 100_200_300),
    ],
)
def test_the_token_names_the_collector(token, collector):
    assert settings(MERCADO_PAGO_ACCESS_TOKEN=token).collector_id == collector


def test_secrets_do_not_show():
    text = repr(settings(MERCADO_PAGO_ACCESS_TOKEN="the-token", MERCADO_PAGO_WEBHOOK_SECRET="the-secret"))

    assert "the-token" not in text
    assert "the-secret" not in text


def accounts(*members):
    return settings(FAKE_CHECKOUT_ACCOUNTS=json.dumps(members))


def test_further_accounts_are_read():
    one = {"access_token": "A-1-555", "public_key": "P-555"}
    two = {
        "access_token": "A-1-777",
        "public_key": "P-777",
        "webhook_secret": "s",
        "live": True,
        "expired": True,
    }

    first, second = accounts(one, two).other_accounts

    assert settings().other_accounts == ()
    assert (first.access_token, first.public_key, first.seller_name) == ("A-1-555", "P-555", "Outra Loja")
    assert (first.is_live, first.is_expired, second.is_live, second.is_expired) == (False, False, True, True)
    assert "A-1-777" not in repr(second)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "5",
        '"x"',
        '["live"]',
        "[1]",
        "[{}]",
        '[{"access_token": "A-1-5"}]',
        '[{"access_token": "A-1-5", "public_key": 1}]',
        '[{"access_token": "A-1-5", "public_key": "p", "live": "yes"}]',
        '[{"access_token": "A-1-5", "public_key": "p", "colour": "red"}]',
    ],
)
def test_what_is_no_list_of_accounts_is_refused(text):
    with pytest.raises(SettingsError, match="FAKE_CHECKOUT_ACCOUNTS is no list of accounts"):
        settings(FAKE_CHECKOUT_ACCOUNTS=text)


@pytest.mark.parametrize("public_key", ["p", DEMO_PUBLIC_KEY])
def test_no_account_is_there_twice(public_key):
    with pytest.raises(SettingsError, match="twice"):
        accounts({"access_token": "A-1-5", "public_key": "p"}, {"access_token": "B-5", "public_key": "q"})
    with pytest.raises(SettingsError, match="twice"):
        accounts(
            {"access_token": "A-1-5", "public_key": "p"}, {"access_token": "A-1-6", "public_key": public_key}
        )
