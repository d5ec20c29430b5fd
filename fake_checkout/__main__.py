"""The command line, `python -m fake_checkout migrate`. The web process migrates too, when it starts."""

import os
import sys

import click

from fake_checkout.bootstrap import MIGRATIONS, build
from fake_checkout.domain.errors import DomainError
from fake_checkout.settings import Settings
from servicekit.commands import OperatorGroup
from servicekit.database.migrations import upgrade
from servicekit.observability.logs import configure_logs
from servicekit.settings import SettingsError, load


@click.group(cls=OperatorGroup, domain_error=DomainError, help="Operate fake_checkout.")
def main() -> None:
    """Group the commands."""
    configure_logs("WARNING", readable=sys.stderr.isatty())


@main.command(help="Bring the books up to date.")
def migrate() -> None:
    """Make what is missing of the tables."""
    try:
        settings = load(Settings, os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    upgrade(build(settings).database, MIGRATIONS)
    click.echo("The books are up to date.")


main(prog_name="fake_checkout")
