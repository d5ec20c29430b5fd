"""The database's clock: the one authority for deadlines, whichever process asks."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection

Clock = Callable[[Connection], datetime]


def database_clock(connection: Connection) -> datetime:
    """The current time in UTC, also right after a transaction has waited for a lock."""
    if connection.dialect.name == "sqlite":
        text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')").scalar_one()
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    # now() would be the start of the transaction, before it waited.
    now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return now.astimezone(UTC)
