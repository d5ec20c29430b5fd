"""The command line, for operators.

migrate, await-schema, refunds, reconcile, reconciliations, statement, return-lost, reseal, parked, resend.

`python -m payment_service --help`. Exit status: 1 where a rule says no, 2 for a wrong
call, 75 where trying again later may help.
"""

import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Protocol

import click

from payment_service.domain.errors import DomainError
from payment_service.entrypoints.books_commands import books_commands
from payment_service.entrypoints.usecases import UseCases
from payment_service.ports.payment_query_port import OpenRefund
from payment_service.usecases.browse_payments_usecase import ListOpenRefunds
from payment_service.usecases.reseal_usecase import Reseal
from servicekit.commands import OperatorGroup, await_schema_command
from servicekit.http.health import Check
from servicekit.http.money import format_centavos
from servicekit.messaging.outbox import instant
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.parked_commands import parked_commands
from servicekit.messaging.resend import SentEvents, resend_command
from servicekit.observability.logs import configure_logs
from servicekit.settings import SettingsError


class CommandParts(Protocol):
    """What the commands need of the container."""

    @property
    def usecases(self) -> UseCases:
        """What they can do."""
        ...

    @property
    def parked_events(self) -> ParkedEvents:
        """What waits for a person."""
        ...

    @property
    def sent_events(self) -> SentEvents:
        """What was published."""
        ...

    @property
    def lease(self) -> timedelta:
        """Longer than the calls about one thing can take in a row."""
        ...

    @property
    def is_migrated(self) -> Check:
        """Raises where the schema is older than this version needs."""
        ...

    def migrate(self) -> None:
        """Bring the database up to date."""
        ...


def commands(container: CommandParts) -> click.Group:
    """All commands, over the container."""

    @click.group(cls=OperatorGroup, domain_error=DomainError, help="Operate payment_service.")
    def root() -> None:
        """Group the commands."""

    @root.command(help="Bring the database up to date.")
    def migrate() -> None:
        container.migrate()
        click.echo("The database is up to date.")

    @root.group(help="Money on its way back.")
    def refunds() -> None:
        """Group the commands."""

    @refunds.command("list", help="Refunds that are not done yet, oldest first.")
    def list_refunds() -> None:
        open_refunds = container.usecases.list_open_refunds.execute(ListOpenRefunds())
        for refund in open_refunds:
            click.echo(_line(refund))
        click.echo(f"{len(open_refunds)} open")

    @root.command(help="Seal accounts and cards with the first of PROVIDER_ACCOUNT_KEYS; then others can go.")
    def reseal() -> None:
        resealed = container.usecases.reseal.execute(Reseal())
        click.echo(f"{resealed.sealed} texts are sealed with the first key.")
        if resealed.unreadable:
            detail = f"{resealed.unreadable} texts cannot be read: no other key may go."
            raise click.ClickException(detail)

    for command in books_commands(container):
        root.add_command(command)
    root.add_command(await_schema_command(container.is_migrated))
    root.add_command(parked_commands({"payments": container.parked_events}))
    root.add_command(resend_command(container.sent_events))
    return root


def _line(one: OpenRefund) -> str:
    again = instant(one.next_at) if one.next_at is not None else "-"
    amount = f"R$ {format_centavos(one.refund.amount)}"
    told = (one.refund.id, instant(one.refund.created_at), one.store, one.order_id, amount)
    return "  ".join((*told, one.refund.status, one.refund.reason, f"tries {one.tries}", f"next {again}"))


def main(environ: Mapping[str, str], build: Callable[[Mapping[str, str]], CommandParts]) -> None:
    """Run the command that the command line names."""
    configure_logs("WARNING", readable=sys.stderr.isatty())
    try:
        container = build(environ)
    except SettingsError as error:
        sys.exit(f"Error: {error}")
    commands(container).main(prog_name="payment_service")
