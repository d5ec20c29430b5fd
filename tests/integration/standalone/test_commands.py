"""The embedded run's commands beside serving: what `./run parked` and `./run help settings` call."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from servicekit.commands import TRY_AGAIN
from servicekit.messaging.inbox import Poison
from servicekit.settings import load
from standalone.__main__ import main
from standalone.house import House
from standalone.keys import key_pair
from standalone.settings import Settings, environments
from tests.servers.machine import free_port


@pytest.fixture
def house(tmp_path: Path):
    environ = {"DATA_DIR": str(tmp_path)}
    house = House(environments(load(Settings, environ), environ, key_pair(tmp_path, environ)), threads=1)
    house.prepare()
    yield house
    for part in (house.orders, house.payments, house.emulator):
        part.database.dispose()


@pytest.mark.parametrize("reader", ["orders", "payments"])
def test_a_parked_event_of_either_service_is_listed_shown_and_dropped(house, tmp_path, reader):
    getattr(house, reader).inbox.store([Poison(b"not an event", "not a CloudEvent")])
    (parked,) = house.parked_events()[reader].all()

    def run(*words: str) -> str:
        result = CliRunner().invoke(main, ["parked", *words], env={"DATA_DIR": str(tmp_path)})
        assert result.exit_code == 0, result.output
        return result.output

    assert f"{reader}  inbox" in run("list")
    assert "not an event" in run("show", parked.id[:8])
    run("drop", parked.id, "--reason", "a test")
    assert "0 parked" in run("list")


def test_the_first_admin_is_added_before_anything_was_served(tmp_path):
    environ = {"DATA_DIR": str(tmp_path), "DEMO_DATA": "off", "STAFF_PASSWORD": "uma frase bem longa"}
    for exit_code, said in ((0, "ada may sign in as admin of default."), (1, "ada already")):
        result = CliRunner().invoke(main, ["add-staff", "ada", "--role", "admin"], env=environ)
        assert result.exit_code == exit_code, result.output
        assert said in result.output


def test_a_day_is_added_up_and_can_be_compared_once_the_provider_is_up(tmp_path):
    environ = {"DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    told = CliRunner().invoke(main, ["statement", "--day", "2026-11-21", "--json"], env=environ)
    assert (told.exit_code, json.loads(told.output)) == (0, {"day": "2026-11-21", "stores": []})
    away = CliRunner().invoke(main, ["reconcile", "--day", "2026-11-21"], env=environ)
    assert (away.exit_code, "cannot be read" in away.output) == (TRY_AGAIN, True)


@pytest.mark.parametrize("command", ["parked", "add-staff", "reconcile", "statement"])
def test_keys_that_are_none_are_told_in_a_line(tmp_path, command):
    environ = {"DATA_DIR": str(tmp_path), "JWT_PRIVATE_KEY": "no key", "JWT_PUBLIC_KEY": "none either"}
    result = CliRunner().invoke(main, [command, "list"], env=environ)
    assert (result.exit_code, result.output[:7]) == (1, "Error: ")


def test_every_setting_is_told_with_its_meaning_and_default():
    told = CliRunner().invoke(main, ["settings"]).output
    for line in (
        "PORT                           port to listen on [5000]",
        "PAYMENT_DEADLINE_SECONDS       how long an order waits to be paid, seconds, where its store does",
    ):
        assert line in told
    for title in ("The embedded run", "orders_service", "payment_service", "fake_checkout"):
        assert title in told
