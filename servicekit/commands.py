"""Commands for operators: what is wrong is told in one line, with an exit status that scripts can act on."""

from typing import Any

import click

from servicekit.worker import OUTSIDE_FAULTS

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h: the same call may go through later."""


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
