"""The embedded run's commands beside serving: what `./run parked` and `./run help settings` call."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from servicekit.messaging.inbox import Poison
from servicekit.settings import load
from standalone.__main__ import main
from standalone.house import House
from standalone.keys import key_pair
from standalone.settings import Settings, environments


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


@pytest.mark.parametrize("command", ["parked", "add-staff"])
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
