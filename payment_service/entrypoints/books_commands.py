"""Commands about our books and the provider's: compare a day, add it up, list what was compared."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

import click

from payment_service.domain.provider import NotMade, Refused, Unknown
from payment_service.domain.reconciliation import Difference, Reconciliation, Statement
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.reconcile_usecase import BeginReconciliation, Compared, Reconcile
from payment_service.usecases.return_lost_usecase import FindLost, Lost, ReturnLost
from payment_service.usecases.show_books_usecase import ListReconciliations, ShowStatement
from servicekit.commands import Unavailable
from servicekit.http.money import format_centavos
from servicekit.messaging.outbox import instant

LISTED_AT_MOST = 1000
"""Differences that are listed; all are counted."""
ITS_TURN = timedelta(hours=1)
"""How long loops leave an account alone that waits behind others of the same command."""


class Day(click.ParamType[date]):
    """A day that has begun, in UTC, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Fails for what is no such day."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: YYYY-MM-DD.", param, ctx)
        if day > _today():
            self.fail(f"{day} has not begun, in UTC.", param, ctx)
        return day


def _today() -> date:
    return datetime.now(UTC).date()


def _yesterday() -> date:
    return _today() - timedelta(days=1)


_day = click.option("--day", type=Day(), default=_yesterday, help="in UTC; yesterday unless said")
_json = click.option("--json", "as_json", is_flag=True, help="for a machine; amounts in centavos")


class BooksParts(Protocol):
    """What the commands need of the container."""

    @property
    def usecases(self) -> UseCases:
        """What they can do."""
        ...

    @property
    def lease(self) -> timedelta:
        """Longer than the calls about one thing can take in a row."""
        ...


def books_commands(container: BooksParts) -> tuple[click.Command, ...]:
    """The commands reconcile, reconciliations, statement and return-lost."""

    @click.command(help="Compare a day with the provider's books, and repair what can be repaired safely.")
    @_day
    @_json
    def reconcile(day: date, *, as_json: bool) -> None:
        usecases = container.usecases
        ended, listed, hindered = _compare(usecases, day, container.lease)
        statement = usecases.show_statement.execute(ShowStatement(day))
        click.echo(_told_as_json(day, ended, listed, statement) if as_json else _told(ended, listed))
        if not as_json:
            click.echo(_sums(statement))
        for error in hindered:
            error.show()
        if any(one.unsettled for one in ended):
            sys.exit(1)
        if hindered:
            sys.exit(hindered[0].exit_code)

    @click.command(help="Which days were compared with the provider's books, and what came of it.")
    @click.option("--days", type=click.IntRange(1, 400), default=14, help="how many days back")
    def reconciliations(days: int) -> None:
        for one in container.usecases.list_reconciliations.execute(ListReconciliations(days)):
            click.echo(_line(one))

    @click.command(help="What a day comes to in our books, by store: charged, refunded, charged back, net.")
    @_day
    @_json
    def statement(day: date, *, as_json: bool) -> None:
        sums = container.usecases.show_statement.execute(ShowStatement(day))
        stores = {"day": day.isoformat(), "stores": _stores(sums)}
        click.echo(json.dumps(stores, indent=2) if as_json else _sums(sums))

    return reconcile, reconciliations, statement, _return_lost(container)


def _return_lost(container: BooksParts) -> click.Command:
    @click.command("return-lost", help="Return what was paid for an order that a restored database lost.")
    @click.argument("number")
    @click.option("--yes", is_flag=True, help="do not ask whether the order is lost")
    @click.option("--force", is_flag=True, help="also where money is kept for it: the order is cancelled")
    def return_lost(number: str, *, yes: bool, force: bool) -> None:
        lost = container.usecases.find_lost.execute(FindLost(number))
        if isinstance(lost, Unknown | NotMade):
            raise Unavailable(f"the provider cannot be asked: {_why(lost)}")
        click.echo(_found(lost))
        if not yes:
            click.confirm("Is its order lost, and not to be delivered?", abort=True)
        container.usecases.return_lost.execute(ReturnLost(lost, force))
        click.echo(f"{number}: what was paid goes back, and it can be paid no more.")

    return return_lost


def _found(lost: Lost) -> str:
    told = lost.told
    stands = "none" if lost.state is None else str(lost.state)
    amount = f"R$ {format_centavos(told.amount)}, {told.status} there"
    return f"{told.id}: {amount}, for order {told.reference} of store {told.store}; charge here: {stands}."


def _compare(
    usecases: UseCases, day: date, lease: timedelta
) -> tuple[list[Reconciliation], list[Difference], list[click.ClickException]]:
    """Every account: how it ended, what differs, and why some could not be compared."""
    ended: list[Reconciliation] = []
    listed: list[Difference] = []
    hindered: list[click.ClickException] = []
    for begun in usecases.begin_reconciliation.execute(BeginReconciliation(day, ITS_TURN)):
        try:
            for compared in _steps(usecases, begun, lease):
                listed += compared.differences[: LISTED_AT_MOST - len(listed)]
                if compared.reconciliation.finished_at is not None:
                    ended.append(compared.reconciliation)
        except click.ClickException as error:
            hindered.append(error)
    return ended, listed, hindered


def _steps(usecases: UseCases, begun: Reconciliation, lease: timedelta) -> Iterator[Compared]:
    """What came of each step. Raises Unavailable where the provider cannot be asked."""
    account = begun.payee.collector or "the platform"
    with _progress(f"{begun.day} {account}") as advance:
        while begun.finished_at is None:
            compared = usecases.reconcile.execute(Reconcile(lease, begun))
            if compared is None:
                raise click.ClickException(f"{account}: somebody else has begun to compare this day anew")
            if compared.hindrance is not None:
                why = _why(compared.hindrance)
                raise Unavailable(f"{account}: the provider's books cannot be read: {why}")
            advance(compared.reconciliation.seen, compared.total)
            begun = compared.reconciliation
            yield compared


def _why(hindrance: Refused | Unknown | NotMade) -> str:
    if isinstance(hindrance, NotMade):
        return f"it is left alone for {hindrance.wait} seconds more"
    return hindrance.reason if isinstance(hindrance, Unknown) else f"refused with {hindrance.code}"


@contextmanager
def _progress(label: str) -> Iterator[Any]:
    """A bar on the standard error, where a person watches."""
    if not sys.stderr.isatty():
        yield lambda _seen, _total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(seen: int, total: int) -> None:
            bar.length = max(total, seen, 1)
            bar.update(seen - bar.pos)

        yield advance


def _told(ended: list[Reconciliation], listed: list[Difference]) -> str:
    lines = [_line(one) for one in ended]
    for one in listed:
        about = " ".join(f"{name} {value}" for name, value in _about(one).items())
        lines.append(f"  {'repaired' if one.repaired else 'UNSETTLED'}  {', '.join(one.kinds)}  {about}")
        lines.append(f"    here:  {one.ours or '-'}")
        lines.append(f"    there: {one.theirs or '-'}")
    return "\n".join(lines)


def _about(one: Difference) -> dict[str, str]:
    named = {
        "number": one.provider_id,
        "payment": one.payment_id,
        "order": one.order_id,
        "store": one.store,
    }
    return {name: value for name, value in named.items() if value}


def _line(one: Reconciliation) -> str:
    account = one.payee.collector or "platform"
    counts = f"{one.compared} compared, {one.repaired} repaired, {one.unsettled} unsettled"
    ended = f"at {instant(one.finished_at)}" if one.finished_at is not None else "not finished"
    return f"{one.day}  {account}  {counts}  {ended}"


def _sums(sums: Any) -> str:
    lines = [f"{'store':<24}{'charged':>14}{'refunded':>14}{'charged back':>14}{'net':>14}"]
    total = sum(sums.values(), Statement())
    for store, one in [*sums.items(), ("total", total)]:
        amounts = (one.charged, one.refunded, one.charged_back, one.net)
        lines.append(f"{store:<24}" + "".join(f"{format_centavos(amount):>14}" for amount in amounts))
    return "\n".join(lines)


def _stores(sums: Any) -> list[dict[str, Any]]:
    return [{"store": store, **asdict(one), "net": one.net} for store, one in sums.items()]


def _told_as_json(day: date, ended: list[Reconciliation], listed: list[Difference], sums: Any) -> str:
    accounts = [
        {
            "collector": one.payee.collector,
            "compared": one.compared,
            "repaired": one.repaired,
            "unsettled": one.unsettled,
        }
        for one in ended
    ]
    differences = [asdict(one) for one in listed]
    told = {"day": day.isoformat(), "accounts": accounts, "differences": differences, "stores": _stores(sums)}
    return json.dumps(told, indent=2, ensure_ascii=False)
