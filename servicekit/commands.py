"""Commands for operators: what is wrong is told in one line, with an exit status that scripts can act on."""

import time
from typing import Any

import click

from servicekit.http.health import Check, run_checks
from servicekit.worker import OUTSIDE_FAULTS

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the same call may go through later."""
LOOK_EVERY_SECONDS = 1.0


class Unavailable(click.ClickException):
    """Something that the command depends on does not answer."""

    exit_code = TRY_AGAIN


class OperatorGroup(click.Group):
    """A group whose commands end with 1 where a rule says no, and with TRY_AGAIN where something is away.

    `domain_error` is the root of the service's errors.
    """

    def __init__(self, *arguments: Any, domain_error: type[Exception], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._domain_error = domain_error

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except self._domain_error as error:
            raise click.ClickException(str(error)) from error
        except OUTSIDE_FAULTS as error:
            raise Unavailable(str(error).partition("\n")[0]) from error


def await_schema_command(is_migrated: Check, look_every: float = LOOK_EVERY_SECONDS) -> click.Command:
    """For processes that are started beside the migration, not after it: code newer than its schema waits."""

    @click.command("await-schema", help="Wait until the database has the schema that this version needs.")
    @click.option("--seconds", type=click.FloatRange(min=0), default=300, show_default=True)
    def await_schema(seconds: float) -> None:
        give_up = time.monotonic() + seconds
        while run_checks({"schema": is_migrated})["schema"] != "ok":
            if time.monotonic() >= give_up:
                raise Unavailable(
                    f"After {seconds:g} s the database has an older schema, or does not answer."
                )
            time.sleep(look_every)
        click.echo("The schema is there.")

    return await_schema
