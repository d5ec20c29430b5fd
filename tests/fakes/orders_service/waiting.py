"""Seeing that somebody waits for a lock, on PostgreSQL."""

import sqlalchemy as sa

from tests.fakes.servicekit.deadlines import eventually

WAITING = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def until_somebody_waits(container):
    """Asked on a connection of its own: inside a transaction the answer would never change."""
    with container.database.engine.connect() as connection:
        looking = connection.execution_options(isolation_level="AUTOCOMMIT")
        eventually(lambda: looking.scalar(WAITING))
