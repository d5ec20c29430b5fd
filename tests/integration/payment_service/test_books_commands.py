"""What operators see of our books and the provider's."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from structlog.testing import capture_logs

from payment_service.domain.provider import NotMade, Refused, Unknown
from payment_service.entrypoints import books_commands
from payment_service.entrypoints.commands import commands
from payment_service.infrastructure.models.charge_model import charges, payments, provider_answers, refunds
from payment_service.usecases.manage_account_usecase import PutAccount
from servicekit.commands import TRY_AGAIN
from tests.builders.payment_service import NOW, ORDER
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway

DAY = NOW.date().isoformat()
OTHER = "019aa000-0000-7000-8000-000000000002"
SUMS = [["store", "charged", "refunded", "charged", "back", "net"]]


@pytest.fixture
def run(till):
    def run(*arguments):
        return CliRunner().invoke(commands(till.container), arguments)

    return run


def words(output):
    return [line.split() for line in output.splitlines()]


def amounts(store, *values):
    return [[store, *values], ["total", *values]]


def test_a_day_that_agrees_is_told_with_what_it_comes_to(run, till):
    till.paid()
    result = run("reconcile", "--day", DAY)
    first, *table = words(result.output)
    assert result.exit_code == 0
    assert " ".join(first).startswith(f"{DAY} platform 1 compared, 0 repaired, 0 unsettled at 2026-11-21T")
    assert table == SUMS + amounts("default", "59.80", "0.00", "0.00", "59.80")


def test_what_was_repaired_is_shown_and_is_no_failure(run, till):
    till.gateway.charge_back(till.paid()["provider_id"])
    result = run("reconcile", "--day", DAY)
    assert result.exit_code == 0
    assert "  repaired  chargeback_unknown  number 1" in result.output
    assert f"order {ORDER} store default" in result.output
    assert "    here:  APPROVED, R$ 59.80\n    there: CHARGED_BACK, R$ 59.80\n" in result.output
    assert run("reconcile", "--day", DAY).output.count("repaired  ") == 0


def test_what_stays_different_fails_and_is_told_to_machines(run, till):
    del till.gateway.payments[till.paid()["provider_id"]]
    result = run("reconcile", "--day", DAY, "--json")
    told = json.loads(result.output)
    assert result.exit_code == 1
    assert told["accounts"] == [{"collector": None, "compared": 1, "repaired": 0, "unsettled": 2}]
    assert [one["kinds"] for one in told["differences"]] == [["missing_there"], ["statement"]]
    assert told["stores"] == [
        {"store": "default", "charged": 5980, "refunded": 0, "charged_back": 0, "net": 5980}
    ]
    assert "UNSETTLED  missing_there" in run("reconcile", "--day", DAY).output
    assert run("reconciliations").output.startswith(f"{DAY}  platform  1 compared, 0 repaired, 2 unsettled")


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (NotMade(15), "it is left alone for 15 seconds more"),
        (Unknown("changed: status 500"), "changed: status 500"),
        (Refused("1000"), "refused with 1000"),
    ],
)
def test_a_provider_that_cannot_be_asked_is_to_be_asked_later(run, till, outcome, why):
    till.gateway.plan("changed", outcome)
    result = run("reconcile", "--day", DAY)
    assert (result.exit_code, f"cannot be read: {why}\n" in result.output) == (TRY_AGAIN, True)
    assert "not finished" in run("reconciliations", "--days", "1").output


def test_an_account_that_cannot_be_asked_does_not_keep_others_from_being_compared(run, till, monkeypatch):
    till.gateway.others |= {f"APP_USR-1-{number}": FakePaymentGateway(collector=number) for number in "78"}
    for store, number in (("a", "7"), ("b", "8")):
        account = PutAccount(store, f"APP_USR-1-{number}", "secret", "public")
        till.container.usecases.put_account.execute(account)
    gone = till.gateway.others["APP_USR-1-7"]

    def after_a_while(*_asked):
        till.clock.now += timedelta(seconds=60)
        till.work("payments-reconcile")
        return Unknown("status 401")

    monkeypatch.setattr(gone, "changed", after_a_while)
    result = run("reconcile", "--day", DAY)
    assert [line[1] for line in words(result.output)[:2]] == ["platform", "8"]
    assert result.exit_code == TRY_AGAIN
    assert "7: the provider's books cannot be read" in result.output


def test_two_who_compare_a_day_at_once_do_not_mix_it_up(run, till, monkeypatch):
    changed = till.gateway.changed

    def meanwhile(since, offset):
        monkeypatch.undo()
        assert run("reconcile", "--day", DAY).exit_code == 0
        return changed(since, offset)

    monkeypatch.setattr(till.gateway, "changed", meanwhile)
    result = run("reconcile", "--day", DAY)
    assert (result.exit_code, "somebody else" in result.output) == (1, True)


def test_a_day_comes_to_what_came_and_went_on_it(run, till):
    payment = till.paid()
    till.gateway.pass_time(days=1)
    till.clock.now += timedelta(days=1)
    till.refund(payment, {"amount": "1.50"})
    till.talk()
    first, second = DAY, (NOW + timedelta(days=1)).date().isoformat()
    table = words(run("statement", "--day", first).output)
    assert table == SUMS + amounts("default", "59.80", "0.00", "0.00", "59.80")
    told = json.loads(run("statement", "--day", second, "--json").output)
    sums = {"store": "default", "charged": 0, "refunded": 150, "charged_back": 0, "net": -150}
    assert told == {"day": second, "stores": [sums]}
    assert words(run("statement").output) == [*SUMS, ["total", "0.00", "0.00", "0.00", "0.00"]]


@pytest.mark.parametrize("command", ["reconcile", "statement"])
@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "2999-01-01", ""])
def test_what_is_no_day_that_has_begun_is_a_wrong_call(run, command, day):
    result = run(command, "--day", day)
    assert (result.exit_code, "--day" in result.output) == (2, True)


def test_whoever_watches_sees_how_far_it_is(run, till, monkeypatch):
    till.paid()
    shown = []

    class Bar:
        length, pos = 1, 0

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, steps):
            self.pos += steps
            shown.append((self.pos, self.length))

    monkeypatch.setattr(books_commands.click, "progressbar", lambda **_options: Bar())
    monkeypatch.setattr(books_commands, "sys", _Terminal)
    assert run("reconcile", "--day", DAY).exit_code == 0
    assert shown == [(1, 1)]


class _Terminal:
    class stderr:  # noqa: N801 - as in sys
        @staticmethod
        def isatty():
            return True


def test_the_loop_compares_a_day_when_it_is_over_and_tells_what_differs(till):
    number = till.paid()["provider_id"]
    for _ in ("begins the day before", "compares it"):
        till.work("payments-reconcile")
    till.gateway.charge_back(number)
    till.gateway.give_back(number, 1)
    del till.gateway.payments[till.placed(OTHER)["provider_id"]]
    till.clock.now = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
    step = next(loop.step for loop in till.container.loops if loop.name == "payments-reconcile")
    assert step() == 0
    till.gateway.plan("changed", NotMade(15))
    with capture_logs() as logs:
        assert step() == 1  # what waits now keeps no other account waiting
        assert step() == 0
        till.clock.now += timedelta(seconds=30)
        assert step() == 1
        assert step() == 0
    assert (logs[0]["store"], logs[0]["collector"]) == (None, None)  # the platform's
    told = [(log["event"], log["log_level"]) for log in logs]
    assert told == [
        ("books_not_compared", "warning"),
        ("books_differ", "warning"),
        ("books_differ", "error"),
        ("books_compared", "info"),
    ]
    assert (logs[-1]["compared"], logs[-1]["repaired"], logs[-1]["unsettled"]) == (2, 1, 1)


def forget_everything(till):
    """The database is set back to a copy from before the order."""
    with till.container.database.transaction() as transaction:
        for table in (refunds, provider_answers, payments, charges):
            transaction.connection.execute(sa.delete(table))
        transaction.commit()


def test_what_was_paid_for_a_lost_order_goes_back_and_the_books_agree(run, till):
    number = till.paid()["provider_id"]
    forget_everything(till)
    assert run("reconcile", "--day", DAY).exit_code == 1
    asked = CliRunner().invoke(commands(till.container), ["return-lost", number], input="y\n")
    assert asked.exit_code == 0
    found, asked_then, done = asked.output.splitlines()
    there = f"R$ 59.80, APPROVED there, for order {ORDER} of store default"
    assert found == f"{number}: {there}; charge here: none."
    assert asked_then.startswith("Is its order lost, and not to be delivered?")
    assert done == f"{number}: what was paid goes back, and it can be paid no more."
    till.talk()
    result = run("reconcile", "--day", DAY)
    assert (result.exit_code, words(result.output)[-1]) == (0, ["total", "59.80", "59.80", "0.00", "0.00"])


def test_an_order_for_which_money_is_kept_is_cancelled_by_force_alone(run, till):
    number = till.paid()["provider_id"]
    refused = run("return-lost", number, "--yes")
    assert (refused.exit_code, "charge here: SETTLED" in refused.output) == (1, True)
    assert "money is kept for its order" in refused.output
    till.talk()
    assert till.gateway.payments[number].refunds == ()
    assert run("return-lost", number, "--yes", "--force").exit_code == 0
    till.talk()
    assert sum(one.amount for one in till.gateway.payments[number].refunds) == 5980


def test_nothing_goes_back_before_somebody_has_said_that_its_order_is_lost(run, till):
    number = till.paid()["provider_id"]
    assert run("return-lost", number).exit_code == 1
    assert till.gateway.payments[number].refunds == ()


@pytest.mark.parametrize(
    ("outcome", "exit_code", "why"),
    [
        (Unknown("status 500"), TRY_AGAIN, "the provider cannot be asked: status 500"),
        (NotMade(5), TRY_AGAIN, "the provider cannot be asked: it is left alone for 5 seconds more"),
        (Refused("2000"), 1, "no payment of this number was made for an order of ours"),
    ],
)
def test_why_nothing_goes_back_is_told(run, till, outcome, exit_code, why):
    till.gateway.plan("get", outcome)
    result = run("return-lost", "1", "--yes")
    assert (result.exit_code, why in result.output) == (exit_code, True)
