"""The command `python -m audit`, which `./run audit` calls."""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from audit.auditor import PATIENCE, SETTLE, CannotAudit, audit
from audit.books import CannotRead
from audit.progress import on_terminal
from audit.sources import Sources, embedded

CLEAN, VIOLATED, NOT_READ, INTERRUPTED = 0, 1, 2, 130
PROVIDER_HELP = "The provider's books; of the emulator also http(s)://.../fake-checkout."
HELP = """Check the books of orders, payments and provider against each other.

Reads them without writing in them or keeping anybody out, while the system runs or not. ADDRESS is
sqlite:///path or postgresql://...

Exits with 0 if they are clean, 1 if a rule is violated, 2 if they could not be read.
"""

Command = Callable[..., Any]


class NotRead(click.ClickException):
    """Nothing can be said about the books."""

    exit_code = NOT_READ


class Instant(click.ParamType[datetime]):
    """A time as RFC 3339 writes it, such as 2026-11-22T03:04:44Z."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """In UTC. Fails for a text that is no time, or one without a zone."""
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a time.", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"{value!r} has no time zone, such as Z at its end.", param, ctx)
        return instant.astimezone(UTC)


def _book(name: str, variable: str, file: str, meaning: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}",
        envvar=variable,
        default=lambda: embedded(file, os.environ),
        metavar="ADDRESS",
        help=f"{meaning} [{variable}; else {file} in DATA_DIR]",
    )


def _file(name: str, meaning: str) -> Callable[[Command], Command]:
    kind = click.Path(dir_okay=False, path_type=Path)
    return click.option(f"--{name}", type=kind, metavar="FILE", help=meaning)


def _seconds(name: str, default: timedelta, meaning: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{name}",
        type=click.IntRange(min=0),
        default=int(default.total_seconds()),
        show_default=True,
        metavar="SECONDS",
        help=meaning,
    )


@click.command(help=HELP)
@_book("orders", "ORDERS_DATABASE_URL", "orders.sqlite3", "The orders database.")
@_book("payments", "PAYMENTS_DATABASE_URL", "payments.sqlite3", "The payments database.")
@_book("provider", "PROVIDER_BOOKS_URL", "fake_checkout.sqlite3", PROVIDER_HELP)
@_file("history", "What clients were told, one call a line; without it O5 is not checked.")
@_file("tap", "What was on the wire, one message a line; without it M5 is not checked.")
@_seconds("settle", SETTLE, "How long nothing may have changed about an order that is judged at rest.")
@_seconds("patience", PATIENCE, "How long a cancel request may wait for its answer.")
@click.option("--now", type=Instant(), metavar="TIME", help="The time, where a test turned the clocks.")
@click.option("--json", "as_json", is_flag=True, help="Tell it to a machine.")
def main(  # noqa: PLR0913 - one for each option
    *,
    orders: str,
    payments: str,
    provider: str,
    history: Path | None,
    tap: Path | None,
    settle: int,
    patience: int,
    now: datetime | None,
    as_json: bool,
) -> None:
    """Audit, tell, and exit with what came of it."""
    try:
        report = audit(
            Sources(orders=orders, payments=payments, provider=provider, history=history, tap=tap),
            settle=timedelta(seconds=settle),
            patience=timedelta(seconds=patience),
            now=now,
            progress=on_terminal,
        )
    except (CannotRead, CannotAudit) as error:
        raise NotRead(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    click.echo(report.as_json() if as_json else str(report))
    sys.exit(CLEAN if report.clean else VIOLATED)


if __name__ == "__main__":
    main(prog_name="./run audit")
