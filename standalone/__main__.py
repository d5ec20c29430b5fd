"""The embedded run's commands, which ./run calls: `python -m standalone serve`, and so on, see --help."""

import os
import sys
from collections.abc import Sequence

import click

from orders_service.entrypoints.commands import commands
from orders_service.entrypoints.rest.app import DEFAULT_STORE
from payment_service.entrypoints.commands import commands as payments_commands
from servicekit.http.auth import BadKey
from servicekit.messaging.parked_commands import parked_commands
from servicekit.observability.logs import configure_logs
from servicekit.settings import SettingsError, load
from standalone.api.command import write_documents
from standalone.demo import run_demo
from standalone.house import House
from standalone.keys import own_keys
from standalone.server import PortInUse, Server, require_port
from standalone.settings import Environments, Settings, environments
from standalone.welcome import settings_help, welcome


class CannotStart(click.ClickException):
    """Something is in the way; the text says what, and what to do."""


@click.group(help="Comanda in one process.")
def main() -> None:
    """Group the commands."""


@main.command(help="Serve everything on one port, until SIGTERM or Ctrl-C.")
def serve() -> None:
    """Check what can be wrong, migrate, load the demo, and hand over to the server."""
    configure_logs(os.environ.get("LOG_LEVEL", "INFO").upper(), readable=sys.stderr.isatty())
    settings, made = _configured()
    _require_port(settings)
    _house(settings, made).prepare()
    Server(settings, lambda: House(made, settings.threads), lambda: welcome(made.orders["PUBLIC_URL"])).run()


@main.command(help="Drive orders through the saga on an instance of its own, and show what happens.")
@click.option("--url", help="A running one instead, with the demonstration and the emulator.")
def demo(url: str | None) -> None:
    """Exit with the demo's status."""
    sys.exit(run_demo(url))


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def parked(arguments: Sequence[str]) -> None:
    """Events that could not be understood: list, show, replay or drop them."""
    configure_logs("WARNING", readable=sys.stderr.isatty())
    chosen, made = _configured()
    parked_commands(_house(chosen, made).parked_events()).main(list(arguments), prog_name="./run parked")


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def reconcile(arguments: Sequence[str]) -> None:
    """Compare a day of payments with the provider's books."""
    _about_payments("reconcile", arguments)


@main.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def statement(arguments: Sequence[str]) -> None:
    """What a day came to."""
    _about_payments("statement", arguments)


@main.command("add-staff", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def add_staff(arguments: Sequence[str]) -> None:
    """Let somebody sign in: the first admin, for one."""
    configure_logs("WARNING", readable=sys.stderr.isatty())
    chosen, made = _configured()
    orders = _house(chosen, made).orders
    orders.migrate()
    commands(orders, DEFAULT_STORE).main(["add-staff", *arguments], prog_name="./run")


@main.command(help="Write the documents of the API and of the events anew, below docs/api.")
@click.option("--record", is_flag=True, help="With new examples, from a fresh instance.")
def api(*, record: bool) -> None:
    """Generate them from the code."""
    write_documents(anew=record)


@main.command(help="Print every setting: what it means and its default.")
def settings() -> None:
    """Print them by application."""
    click.echo(settings_help())


def _about_payments(command: str, arguments: Sequence[str]) -> None:
    configure_logs("WARNING", readable=sys.stderr.isatty())
    chosen, made = _configured()
    payments = _house(chosen, made).payments
    payments.migrate()
    payments_commands(payments).main([command, *arguments], prog_name="./run")


def _configured() -> tuple[Settings, Environments]:
    try:
        chosen = load(Settings, os.environ)
    except SettingsError as error:
        raise CannotStart(str(error)) from error
    try:
        chosen.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (chosen.folder / ".writable").touch()
        (chosen.folder / ".writable").unlink()
        return chosen, environments(chosen, os.environ, own_keys(chosen.folder, os.environ))
    except OSError as error:
        advice = "set DATA_DIR to a folder that you may write"
        message = f"The data folder {chosen.folder} cannot be written ({error.strerror}): {advice}."
        raise CannotStart(message) from error


def _house(chosen: Settings, made: Environments) -> House:
    try:
        return House(made, chosen.threads)
    except (SettingsError, BadKey) as error:
        raise CannotStart(str(error)) from error


def _require_port(chosen: Settings) -> None:
    try:
        require_port(chosen.host, chosen.port)
    except PortInUse as error:
        message = f"The {error}: stop what listens there, or choose another: PORT={chosen.port + 1} ./run"
        raise CannotStart(message) from error
    except (OSError, OverflowError) as error:
        message = f"Nothing can listen on {chosen.host}:{chosen.port}: {error}. Set HOST and PORT."
        raise CannotStart(message) from error


if __name__ == "__main__":
    main()
