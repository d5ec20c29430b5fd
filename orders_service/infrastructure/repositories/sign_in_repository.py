"""Sign-ins that failed, in the database."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from orders_service.domain.sign_in_failures import SignInFailures
from orders_service.infrastructure.models.people_model import sign_in_failures as table
from orders_service.ports.sign_in_port import SignInFailuresPort


class SignInFailuresRepository(SignInFailuresPort):
    """A row for each name under which signing in failed lately."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, store: str, username: str) -> SignInFailures | None:
        """By the primary key."""
        row = self._connection.execute(sa.select(table).where(_same(store, username))).first()
        return SignInFailures(row.store, row.username, row.in_a_row, row.last_at) if row is not None else None

    def lock(self, store: str, username: str, now: datetime) -> SignInFailures:
        """Insert a row where there is none, and lock it: of many failures at once each is counted.

        In one statement, between whose parts nobody can forget the row: an update of nothing is the lock.
        """
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        new = insert(table).values(store=store, username=username, in_a_row=0, last_at=now)
        locked = new.on_conflict_do_update(
            index_elements=[table.c.store, table.c.username], set_={"in_a_row": table.c.in_a_row}
        )
        row = self._connection.execute(locked.returning(table)).one()
        return SignInFailures(row.store, row.username, row.in_a_row, row.last_at)

    def save(self, failures: SignInFailures) -> None:
        """Update the row."""
        values = {"in_a_row": failures.in_a_row, "last_at": failures.last_at}
        self._connection.execute(
            sa.update(table).where(_same(failures.store, failures.username)).values(values)
        )

    def forget(self, store: str, username: str) -> None:
        """Delete the row, if there is one."""
        self._connection.execute(sa.delete(table).where(_same(store, username)))


def _same(store: str, username: str) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.store == store, table.c.username == username)
