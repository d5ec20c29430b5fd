"""The command line, for operators: migrate, await-schema, load-demo, add-staff, reseal, parked, resend.

`python -m orders_service --help`. Exit status: 1 where a rule says no, 2 for a wrong
call, 75 where trying again later may help.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Protocol

import click

from orders_service.domain.errors import DomainError
from orders_service.domain.staff import OPERATOR, Role
from orders_service.entrypoints.demo.menu import PICTURED
from orders_service.entrypoints.demo.people import demo_of
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.add_staff_usecase import AddStaff
from orders_service.usecases.illustrate_demo_usecase import IllustrateDemo
from orders_service.usecases.reseal_clients_usecase import ResealClients
from servicekit.commands import OperatorGroup, await_schema_command
from servicekit.http.health import Check
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.parked_commands import parked_commands
from servicekit.messaging.resend import SentEvents, resend_command
from servicekit.observability.logs import configure_logs
from servicekit.settings import SettingsError

RESEAL_BATCH = 200


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
    def allows_guests(self) -> bool:
        """Whether the demonstration's accounts may exist here."""
        ...

    @property
    def is_migrated(self) -> Check:
        """Raises where the schema is older than this version needs."""
        ...

    def prepare(self) -> None:
        """Bring the database up to date, and load the demonstration where the settings ask for it."""
        ...


def commands(container: CommandParts, default_store: str) -> click.Group:
    """All commands, over the container."""

    @click.group(cls=OperatorGroup, domain_error=DomainError, help="Operate orders_service.")
    def root() -> None:
        """Group the commands."""

    @root.command(
        help="Bring the database up to date, open the default store, and fill it where DEMO_DATA is on."
    )
    def migrate() -> None:
        container.prepare()
        click.echo("The database is up to date.")

    @root.command(
        "load-demo", help="Load the demonstration's menu, guests and client; again changes nothing."
    )
    @click.option("--store", default=default_store, show_default=True)
    def load_demo(store: str) -> None:
        if not container.allows_guests:
            raise click.ClickException("Production has no guest accounts.")
        loaded = container.usecases.load_demo.execute(demo_of(store))
        container.usecases.illustrate_demo.execute(IllustrateDemo(store, PICTURED))
        click.echo("The demonstration is loaded." if loaded else "The store has a menu: nothing was changed.")

    @root.command("add-staff", help="Let somebody sign in; asks for the password.")
    @click.argument("username")
    @click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
    @click.option("--store", default=default_store, show_default=True)
    @click.password_option(envvar="STAFF_PASSWORD", help="asked for, or taken from STAFF_PASSWORD")
    def add_staff(username: str, role: str, store: str, password: str) -> None:
        container.usecases.add_staff.execute(AddStaff(store, username, Role(role), password, OPERATOR))
        click.echo(f"{username} may sign in as {role} of {store}.")

    @root.command(
        "reseal",
        help="Seal CPFs and e-mails with the first of PERSONAL_DATA_KEYS; then others can go.",
    )
    def reseal() -> None:
        sealed, unreadable = reseal_all(container.usecases)
        for client_id in unreadable:
            click.echo(f"No key fits client {client_id}.", err=True)
        click.echo(f"{sealed} clients are sealed with the first key.")
        if unreadable:
            raise click.ClickException(f"{len(unreadable)} clients cannot be read: no other key may go.")

    root.add_command(await_schema_command(container.is_migrated))
    root.add_command(parked_commands({"orders": container.parked_events}))
    root.add_command(resend_command(container.sent_events))
    return root


def reseal_all(usecases: UseCases) -> tuple[int, list[str]]:
    """Seal everything again, batch by batch. How many clients were sealed, and the ids of the others."""
    sealed, unreadable, last = 0, list[str](), ""
    while (batch := usecases.reseal_clients.execute(ResealClients(last, RESEAL_BATCH))).last is not None:
        last = batch.last
        sealed += batch.clients - len(batch.unreadable)
        unreadable += batch.unreadable
    return sealed, unreadable


def main(environ: Mapping[str, str], build: Callable[[Mapping[str, str]], CommandParts], store: str) -> None:
    """Run the command that the command line names."""
    configure_logs("WARNING", readable=sys.stderr.isatty())
    try:
        container = build(environ)
    except SettingsError as error:
        sys.exit(f"Error: {error}")
    commands(container, store).main(prog_name="orders_service")
