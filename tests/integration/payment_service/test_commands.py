import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from payment_service.bootstrap import build
from payment_service.domain.errors import UnknownCharge
from payment_service.entrypoints import commands as door
from payment_service.entrypoints.commands import commands
from payment_service.usecases.manage_account_usecase import PutAccount
from servicekit.commands import TRY_AGAIN
from servicekit.settings import SettingsError
from tests.fakes.payment_service.composed import PUBLIC_KEY, composed, some_settings


@pytest.fixture
def run(till):
    def run(*arguments, container=till.container):
        return CliRunner().invoke(commands(container), arguments)

    return run


def test_the_database_is_brought_up_to_date(run, sqlite_url):
    container = build(some_settings(sqlite_url))
    assert run("migrate", container=container).output == "The database is up to date.\n"
    assert run("migrate", container=container).exit_code == 0
    container.health_checks["payments-migrations"]()
    container.health_checks["payments-database"]()
    container.database.dispose()


def test_what_is_sealed_is_sealed_with_a_new_key_so_that_the_old_one_can_go(run, till, sqlite_url):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    said = []
    for keys in ((old,), (new,), (new, old), (new,)):
        container = composed(sqlite_url, till.clock, till.gateway, provider_account_keys=keys)
        if not said:
            put = PutAccount("default", "APP_USR-1-700", "s" * 16, "APP_USR-public")
            container.usecases.put_account.execute(put)
        result = run("reseal", container=container)
        said.append((result.exit_code, result.output.splitlines()[0]))
        container.database.dispose()
    none, both = "0 texts are sealed with the first key.", "2 texts are sealed with the first key."
    assert said == [(0, both), (1, none), (0, both), (0, both)]


def test_money_that_is_still_to_go_back_is_listed(run, till):
    assert run("refunds", "list").output == "0 open\n"
    till.paid()
    till.hear("order.cancelled.v1", reason="customer", goods_used=False)
    till.gateway.never_arrive("refund")
    till.talk()
    line, total = run("refunds", "list").output.splitlines()
    assert total == "1 open"
    for word in ("R$ 59.80", "IN_PROCESS", "order_cancelled", "tries 1", "next 2026-11-21T23:00:0"):
        assert word in line


def test_money_that_the_provider_works_on_without_us_has_no_next_time(run, till):
    payment = till.paid()
    till.refund(payment, {"amount": "1.00"})
    with till.uow() as uow:
        charge = uow.charges.of_payment("default", payment["id"])
        (refund,) = charge.payments[0].refunds
        charge._record = charge.record.with_payment(
            charge.payments[0].with_refund_taken(type(refund)(**_fields(refund, work=refund.work.rested())))
        )
        uow.charges.save(charge)
        uow.commit()
    assert "next -" in run("refunds", "list").output


def _fields(refund, **changes):
    return {name: getattr(refund, name) for name in refund.__slots__} | changes


def test_an_event_that_was_parked_is_listed_shown_and_dropped(run, till):
    event_id = till.hear("order.placed.v1", total="x")
    assert event_id in run("parked", "list").output
    assert "order.placed.v1" in run("parked", "show", event_id).output
    assert run("parked", "replay", event_id).exit_code == 0
    till.work("payments-inbox")
    assert run("parked", "drop", event_id, "--reason", "a test").exit_code == 0
    assert run("parked", "list").output == "0 parked\n"


def test_what_was_published_can_be_published_again(run):
    result = run("resend", "--minutes", "5")
    assert (result.exit_code, result.output) == (0, "0 events are due to be published again.\n")


@pytest.mark.parametrize(
    ("arguments", "status"), [(("nonsense",), 2), (("parked", "show", "nothing"), 1), (("refunds", "x"), 2)]
)
def test_what_is_wrong_is_said_in_a_line(run, arguments, status):
    result = run(*arguments)
    assert result.exit_code == status
    assert "Traceback" not in result.output


def test_a_rule_that_says_no_is_said_in_a_line(run, till):
    class Refusing:
        parked_events = till.container.parked_events
        is_migrated = till.container.is_migrated
        sent_events = till.container.sent_events
        usecases = till.container.usecases

        def migrate(self):
            raise UnknownCharge("no such order")

    result = run("migrate", container=Refusing())
    assert (result.exit_code, result.output) == (1, "Error: no such order\n")


def test_a_database_that_cannot_be_had_asks_to_try_again(run):
    container = build(some_settings("postgresql://nobody@127.0.0.1:1/nothing"))
    assert run("refunds", "list", container=container).exit_code == TRY_AGAIN


def test_settings_that_are_wrong_are_named():
    def refuse(_environ):
        raise SettingsError("DATABASE_URL is required")

    with pytest.raises(SystemExit) as caught:
        door.main({}, refuse)
    assert caught.value.code == "Error: DATABASE_URL is required"


def test_the_program_is_composed_when_it_is_run(sqlite_url):
    environ = {**os.environ, "DATABASE_URL": sqlite_url, "JWT_PUBLIC_KEY": PUBLIC_KEY}
    command = [sys.executable, "-m", "payment_service", "migrate"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (0, "The database is up to date.\n"), result.stderr
