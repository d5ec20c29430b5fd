"""What docker-compose.yml has in place of secrets: production refuses each of them, at the start."""

import os
import re
import subprocess

import pytest
import yaml

import fake_checkout.settings
import orders_service.settings
import payment_service.settings
from payment_service.settings import MERCADO_PAGO, MERCADO_PAGO_SCRIPT
from servicekit.settings import ONLY_FOR_DEVELOPMENT, SettingsError, load
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, SEALING_KEY
from tests.servers.system import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(TEXT)["services"]
VARIABLE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")
DEFAULTS = dict(VARIABLE.findall(TEXT))
SECRET = re.compile(r"(PASSWORD|SECRET|TOKEN|KEYS?)$")
FOR_EVERY_BROWSER = {"MERCADO_PAGO_PUBLIC_KEY"}
SETTINGS = {
    "comanda/orders_service": orders_service.settings.Settings,
    "comanda/payment_service": payment_service.settings.Settings,
    "comanda/fake_checkout": fake_checkout.settings.Settings,
}
IN_THE_IMAGE = {"DATABASE_URL": "sqlite:////data/fake_checkout.sqlite3"}
PRODUCTION = {
    "ENVIRONMENT": "production",
    "DEMO_DATA": "off",
    "FAKE_CHECKOUT_CONTROL": "off",
    "MERCADO_PAGO_BASE_URL": MERCADO_PAGO,
    "MERCADO_PAGO_SCRIPT_URL": MERCADO_PAGO_SCRIPT,
    "MERCADO_PAGO_PUBLIC_KEY": "APP_USR-ours",
}
OF_ITS_OWN = {
    "JWT_PRIVATE_KEY": PRIVATE_KEY,
    "JWT_PUBLIC_KEY": PUBLIC_KEY,
    "PERSONAL_DATA_KEYS": SEALING_KEY,
    "PROVIDER_ACCOUNT_KEYS": SEALING_KEY,
    "MERCADO_PAGO_ACCESS_TOKEN": "APP_USR-1-010126-ours-1",
}
SECRETS = sorted(name for name in DEFAULTS.keys() - FOR_EVERY_BROWSER if SECRET.search(name))


def environment(service, chosen):
    """What a service's container has in its environment, where the operator has chosen these values."""
    declared = SERVICES[service].get("environment", {})
    return {
        name: VARIABLE.sub(lambda found: chosen.get(found[1]) or found[2], value)
        for name, value in declared.items()
    }


def start(service, chosen):
    """What a service says when it refuses to start; nothing where it starts."""
    environ = environment(service, chosen)
    settings = SETTINGS.get(SERVICES[service]["image"])
    if settings is not None:
        try:
            load(settings, IN_THE_IMAGE | environ)
        except SettingsError as error:
            return str(error)
        return ""
    shell, script, *_ = SERVICES[service]["entrypoint"]
    (mounted,) = (one for one in SERVICES[service]["volumes"] if one.split(":")[1] == script)
    guard = [shell, ROOT / mounted.split(":")[0], "echo", "started"]
    done = subprocess.run(guard, env=os.environ | environ, capture_output=True, text=True, check=False)
    assert (done.stdout == "started\n") == (done.returncode == 0)
    return done.stderr


def own(*, but=None):
    """All that production wants; one secret was forgotten."""
    secrets = {name: OF_ITS_OWN.get(name, f"of-our-own-{name}-0123456789abcdef") for name in SECRETS}
    return PRODUCTION | {name: value for name, value in secrets.items() if name != but}


def told(service):
    """The secrets that a service is told."""
    values = "".join(SERVICES[service].get("environment", {}).values())
    return {name for name, _ in VARIABLE.findall(values)} & set(SECRETS)


def test_whatever_stands_in_place_of_a_secret_says_what_it_is_for():
    """The others are empty there; then it is the service's own demonstration that production refuses."""
    assert {name for name in SECRETS if ONLY_FOR_DEVELOPMENT not in DEFAULTS[name]} == {
        "CPF_DIGEST_KEY",
        "PERSONAL_DATA_KEYS",
        "PROVIDER_ACCOUNT_KEYS",
    }
    assert {name for name, value in DEFAULTS.items() if ONLY_FOR_DEVELOPMENT in value} <= set(SECRETS)
    assert len(set(VARIABLE.findall(TEXT))) == len(DEFAULTS), "one variable, two defaults"


def test_no_secret_stands_in_the_file_otherwise_than_as_a_default():
    assert ONLY_FOR_DEVELOPMENT not in VARIABLE.sub("", TEXT)


@pytest.mark.parametrize("service", [name for name in SERVICES if told(name)])
def test_production_starts_with_secrets_of_its_own_and_development_with_none(service):
    assert start(service, own()) == ""
    assert start(service, {}) == ""


@pytest.mark.parametrize(
    ("secret", "service"), [(secret, name) for secret in SECRETS for name in SERVICES if secret in told(name)]
)
def test_production_refuses_a_secret_that_was_left_as_it_is_here(secret, service):
    said = start(service, own(but=secret))

    assert ONLY_FOR_DEVELOPMENT in said or "only for development" in said or secret in said


def test_production_refuses_the_emulators_public_key():
    """It is no secret, and has no words in it that say so; with it a card would go nowhere."""
    charging = [name for name in SERVICES if SERVICES[name].get("image") == "comanda/payment_service"]
    assert charging
    for service in charging:
        assert "MERCADO_PAGO_PUBLIC_KEY" in start(service, own() | {"MERCADO_PAGO_PUBLIC_KEY": ""})


def test_every_secret_is_told_to_somebody_who_can_refuse_it():
    assert {secret for name in SERVICES for secret in told(name)} == set(SECRETS)
