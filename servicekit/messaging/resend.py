"""Sending events again that were lost after they had been published: with a queue that was deleted, say."""

from datetime import timedelta

import click
import sqlalchemy as sa

from servicekit.database.database import Database
from servicekit.messaging.outbox import Outbox


class SentEvents:
    """The published events of one service."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._table = outbox.table

    def send_again(self, within: timedelta) -> int:
        """Have everything published again that was published within this time. Returns how much that is.

        A reader knows by its id what it has had already, so too much does no harm.
        """
        with self._database.transaction() as transaction:
            now = transaction.now()
            lost = self._table.c.published_at >= now - within
            due = {"published_at": None, "next_at": now, "attempts": 0}
            done = transaction.connection.execute(sa.update(self._table).where(lost).values(due))
            transaction.commit()
        return done.rowcount


def resend_command(sent_events: SentEvents) -> click.Command:
    """The command `resend` over the events of a service."""

    @click.command(help="Publish again what was published of late; what arrived the first time does no harm.")
    @click.option("--minutes", type=click.IntRange(min=1), required=True, help="how far to go back")
    def resend(minutes: int) -> None:
        count = sent_events.send_again(timedelta(minutes=minutes))
        click.echo(f"{count} events are due to be published again.")

    return resend
