from datetime import timedelta

import pytest

from orders_service.settings import DEMO_PERSONAL_DATA_KEY, Settings
from servicekit.settings import SettingsError, load

ENOUGH = {"DATABASE_URL": "sqlite://", "JWT_PRIVATE_KEY": "private", "JWT_PUBLIC_KEY": "public"}
OWN_KEY = "b3duIGtleSBvZiB0aGlzIHZlcnkgaG91c2UsIGluZGU="
PRODUCTION = {
    **ENOUGH,
    "ENVIRONMENT": "production",
    "CPF_DIGEST_KEY": "k" * 32,
    "PERSONAL_DATA_KEYS": OWN_KEY,
}


def test_the_defaults_are_those_of_the_contract():
    settings = load(Settings, ENOUGH)
    assert settings.time_to_pay == timedelta(seconds=900)
    assert settings.patience == timedelta(seconds=600)
    assert settings.cart_lifetime == timedelta(hours=2)
    assert settings.categories == ("lanche", "acompanhamento", "bebida", "sobremesa")
    assert not settings.demo_data
    assert not settings.in_production


@pytest.mark.parametrize("missing", ENOUGH)
def test_half_of_what_is_needed_is_not_enough(missing):
    with pytest.raises(SettingsError, match=missing):
        load(Settings, {name: value for name, value in ENOUGH.items() if name != missing})


def test_production_starts_with_keys_of_its_own():
    assert load(Settings, PRODUCTION).in_production


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"DEMO_DATA": "on"}, "DEMO_DATA"),
        ({"CPF_DIGEST_KEY": ""}, "CPF_DIGEST_KEY"),
        ({"CPF_DIGEST_KEY": "short"}, "CPF_DIGEST_KEY"),
        ({"PERSONAL_DATA_KEYS": ""}, "PERSONAL_DATA_KEYS"),
        ({"PERSONAL_DATA_KEYS": f"{OWN_KEY},{DEMO_PERSONAL_DATA_KEY}"}, "PERSONAL_DATA_KEYS"),
        ({"JWT_PRIVATE_KEY": ""}, "JWT_PRIVATE_KEY"),
        ({"JWT_PUBLIC_KEY": ""}, "JWT_PUBLIC_KEY"),
    ],
)
def test_production_refuses_what_is_only_fit_for_a_demonstration(change, why):
    with pytest.raises(SettingsError, match=why):
        load(Settings, {**PRODUCTION, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"ENVIRONMENT": "staging"},
        {"PAYMENT_DEADLINE_SECONDS": "0"},
        {"CANCEL_PATIENCE_SECONDS": "-1"},
        {"DATABASE_REPLICA_LAG_SECONDS": "0"},
        {"DATABASE_REPLICA_URL": "postgresql://replica/orders"},
        {"DATABASE_REPLICA_URL": "mysql://replica/orders", "DATABASE_URL": "postgresql://primary/orders"},
        {"TOKEN_LIFETIME_SECONDS": "0"},
        {"CART_TTL_SECONDS": "0"},
        {"REDIS_URL": "localhost:6379"},
        {"UNPAID_ORDERS_PER_CLIENT": "0"},
        {"UNPAID_UNITS_FREE": "-1"},
        {"TRUSTED_PROXIES": "-1"},
        {"UNPAID_SHARE_PERCENT": "0"},
        {"UNPAID_SHARE_PERCENT": "101"},
        {"PERSONAL_DATA_KEYS": "short"},
        {"PERSONAL_DATA_KEYS": f"{OWN_KEY},é"},
        {"PERSONAL_DATA_KEYS": ","},
        {"WORKER_PORT": "-1"},
        {"WORKER_PORT": "65536"},
        {"LIVE_PORT": "65536"},
        {"LIVE_STREAMS": "0"},
        {"LIVE_HEARTBEAT_SECONDS": "0"},
        {"LIVE_POLL_SECONDS": "0"},
    ],
)
def test_what_makes_no_sense_is_named(change):
    with pytest.raises(SettingsError, match=next(iter(change))):
        load(Settings, {**ENOUGH, **change})


def test_secrets_are_not_shown():
    shown = repr(load(Settings, {**ENOUGH, "CPF_DIGEST_KEY": "hidden-key", "PERSONAL_DATA_KEYS": OWN_KEY}))
    assert "private" not in shown.replace("jwt_private_key", "")
    assert "hidden-key" not in shown
    assert OWN_KEY not in shown
