import pytest

import fake_checkout.settings
from payment_service.settings import (
    DEMO_ACCESS_TOKEN,
    DEMO_ACCOUNT_KEY,
    DEMO_PUBLIC_KEY,
    DEMO_WEBHOOK_SECRET,
    Settings,
)
from servicekit.settings import SettingsError, load
from servicekit.worker import STUCK_SECONDS

NEEDED = {"DATABASE_URL": "sqlite:///x", "JWT_PUBLIC_KEY": "a key"}
PRODUCTION = NEEDED | {
    "ENVIRONMENT": "production",
    "MERCADO_PAGO_ACCESS_TOKEN": "APP_USR-a-real-one",
    "MERCADO_PAGO_WEBHOOK_SECRET": "s" * 16,
    "PROVIDER_ACCOUNT_KEYS": "A" * 43 + "=",
}


def test_what_is_not_said_is_as_the_contract_says():
    settings = load(Settings, NEEDED)
    assert (settings.payment_attempts, settings.webhook_tolerance_seconds) == (3, 300)
    assert settings.mercado_pago_payer_email == "cliente@example.com"
    assert settings.mercado_pago_base_url == "https://api.mercadopago.com"
    assert settings.webhook_url is None
    assert not settings.in_production


def test_production_starts_with_what_is_its_own():
    assert load(Settings, PRODUCTION).in_production


def test_secrets_are_not_shown():
    shown = repr(load(Settings, PRODUCTION))
    assert "a-real-one" not in shown
    assert "ssss" not in shown


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"MERCADO_PAGO_ACCESS_TOKEN": DEMO_ACCESS_TOKEN}, "MERCADO_PAGO_ACCESS_TOKEN"),
        ({"MERCADO_PAGO_WEBHOOK_SECRET": DEMO_WEBHOOK_SECRET}, "MERCADO_PAGO_WEBHOOK_SECRET"),
        ({"MERCADO_PAGO_WEBHOOK_SECRET": "short"}, "MERCADO_PAGO_WEBHOOK_SECRET"),
        ({"MERCADO_PAGO_BASE_URL": "http://fake-checkout:5000"}, "MERCADO_PAGO_BASE_URL"),
        ({"MERCADO_PAGO_BASE_URL": "https://fake-checkout.example"}, "MERCADO_PAGO_BASE_URL"),
        ({"MERCADO_PAGO_BASE_URL": "http://api.mercadopago.com"}, "MERCADO_PAGO_BASE_URL"),
        ({"MERCADO_PAGO_BASE_URL": "https://api.mercadopago.com.example"}, "MERCADO_PAGO_BASE_URL"),
        ({"MERCADO_PAGO_BASE_URL": "https://api.mercadopago.com/fake-checkout"}, "MERCADO_PAGO_BASE_URL"),
        ({"PROVIDER_ACCOUNT_KEYS": f"{'A' * 43}=,{DEMO_ACCOUNT_KEY}"}, "PROVIDER_ACCOUNT_KEYS"),
        ({"MERCADO_PAGO_SCRIPT_URL": "/fake-checkout/js/v2"}, "MERCADO_PAGO_SCRIPT_URL"),
        ({"MERCADO_PAGO_SCRIPT_URL": "https://sdk.mercadopago.com.example/js/v2"}, "MERCADO_PAGO_SCRIPT_URL"),
        ({"MERCADO_PAGO_PUBLIC_KEY": DEMO_PUBLIC_KEY}, "MERCADO_PAGO_PUBLIC_KEY"),
        ({"MERCADO_PAGO_BROWSER_ORIGINS": "http://api.example"}, "MERCADO_PAGO_BROWSER_ORIGINS"),
        (
            {"MERCADO_PAGO_BROWSER_ORIGINS": "https://api.example,http://api.example"},
            "MERCADO_PAGO_BROWSER_ORIGINS",
        ),
    ],
)
def test_production_refuses_what_is_only_fit_for_a_demonstration(changes, variable):
    with pytest.raises(SettingsError, match=variable):
        load(Settings, PRODUCTION | changes)
    load(Settings, PRODUCTION | changes | {"ENVIRONMENT": "development"})


@pytest.mark.parametrize("address", ["http://fake-checkout:5000", "https://fake-checkout.example"])
def test_a_rehearsal_may_speak_to_the_emulator_when_it_is_told_so(address):
    base = {
        "MERCADO_PAGO_BASE_URL": address,
        "MERCADO_PAGO_SCRIPT_URL": "/fake-checkout/js/v2",
        "MERCADO_PAGO_PUBLIC_KEY": DEMO_PUBLIC_KEY,
        "MERCADO_PAGO_BROWSER_ORIGINS": "http://fake-checkout:5000",
        "MERCADO_PAGO_EMULATOR_ALLOWED": "on",
    }
    assert load(Settings, PRODUCTION | base).in_production


def test_the_public_key_refused_is_the_emulators():
    assert fake_checkout.settings.DEMO_PUBLIC_KEY == DEMO_PUBLIC_KEY


@pytest.mark.parametrize("address", ["https://api.mercadopago.com", "https://api.mercadopago.com/"])
def test_production_speaks_to_mercado_pago(address):
    assert load(Settings, PRODUCTION | {"MERCADO_PAGO_BASE_URL": address}).in_production


@pytest.mark.parametrize(
    ("changes", "variable"),
    [
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT"),
        ({"PAYMENT_ATTEMPTS": "0"}, "PAYMENT_ATTEMPTS"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"),
        ({"MERCADO_PAGO_TIMEOUT_SECONDS": "0"}, "MERCADO_PAGO_TIMEOUT_SECONDS"),
        ({"MERCADO_PAGO_TIMEOUT_SECONDS": "36"}, "MERCADO_PAGO_TIMEOUT_SECONDS"),
        ({"WEBHOOK_TOLERANCE_SECONDS": "-1"}, "WEBHOOK_TOLERANCE_SECONDS"),
        ({"PROVIDER_ACCOUNT_KEYS": ","}, "PROVIDER_ACCOUNT_KEYS"),
        ({"PROVIDER_ACCOUNT_KEYS": "short"}, "PROVIDER_ACCOUNT_KEYS"),
        ({"PROVIDER_LOOPS": "0"}, "PROVIDER_LOOPS"),
        ({"WORKER_PORT": "-1"}, "WORKER_PORT"),
        ({"WORKER_PORT": "65536"}, "WORKER_PORT"),
        ({"WEBHOOK_URL": "payments/webhook"}, "WEBHOOK_URL"),
        ({"WEBHOOK_URL": "http://[half"}, "WEBHOOK_URL"),
        ({"MERCADO_PAGO_BASE_URL": "ftp://x"}, "MERCADO_PAGO_BASE_URL"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"JWT_PUBLIC_KEY": ""}, "JWT_PUBLIC_KEY"),
    ],
)
def test_what_makes_no_sense_is_named(changes, variable):
    with pytest.raises(SettingsError, match=variable):
        load(Settings, NEEDED | changes)


def test_a_lease_is_longer_than_the_calls_made_under_it():
    settings = load(Settings, NEEDED | {"MERCADO_PAGO_TIMEOUT_SECONDS": "10"})
    assert settings.lease.total_seconds() > 3 * 10


def test_a_worker_that_waits_for_the_provider_for_as_long_as_it_may_does_not_pass_for_stuck():
    settings = load(Settings, NEEDED | {"MERCADO_PAGO_TIMEOUT_SECONDS": "35"})
    assert settings.lease.total_seconds() <= STUCK_SECONDS


@pytest.mark.parametrize(
    "changes",
    [
        {"MERCADO_PAGO_SCRIPT_URL": "js/v2"},
        {"MERCADO_PAGO_SCRIPT_URL": "//elsewhere.example/js/v2"},
        {"MERCADO_PAGO_SCRIPT_URL": "https://sdk.example/js/v2; script-src *"},
        {"MERCADO_PAGO_SCRIPT_URL": "javascript:alert(1)"},
        {"MERCADO_PAGO_BROWSER_ORIGINS": "https://api.example/v1"},
        {"MERCADO_PAGO_BROWSER_ORIGINS": "https://api.example,*"},
        {"MERCADO_PAGO_BROWSER_ORIGINS": "https://api.example; script-src *"},
        {"MERCADO_PAGO_PUBLIC_KEY": "a key"},
    ],
)
def test_what_would_say_something_else_in_a_page_is_refused(changes):
    with pytest.raises(SettingsError, match=next(iter(changes))):
        load(Settings, NEEDED | changes)


def test_where_the_script_goes_is_known_of_mercado_pagos_own_alone():
    known = load(Settings, NEEDED).browser_origins
    assert "https://secure-fields.mercadopago.com" in known
    others = NEEDED | {"MERCADO_PAGO_SCRIPT_URL": "https://sdk.example/js"}
    assert load(Settings, others).browser_origins == ()
    named = {"MERCADO_PAGO_BROWSER_ORIGINS": "https://api.example, http://127.0.0.1:8000"}
    told = ("https://api.example", "http://127.0.0.1:8000")
    assert load(Settings, NEEDED | named).browser_origins == told
    assert load(Settings, others | named).browser_origins == told
