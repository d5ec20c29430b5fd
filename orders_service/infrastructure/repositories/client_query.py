"""Reading clients, with what was sealed."""

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import Row

from orders_service.domain.client import Client, Registration
from orders_service.domain.cpf import Cpf
from orders_service.domain.order import Order
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.models.people_model import clients
from orders_service.infrastructure.repositories.order_mapping import orders_of, select_orders
from orders_service.ports.client_ports import ClientQueryPort, HistoryPosition
from orders_service.ports.page import Page
from orders_service.ports.secrets_ports import CannotUnseal, SealingPort
from servicekit.database.database import Database

log = structlog.get_logger(__name__)


class ClientQuery(ClientQueryPort):
    """Nothing here locks a row."""

    def __init__(self, database: Database, sealing: SealingPort) -> None:
        self._database = database
        self._sealing = sealing

    def find(self, store: str, client_id: str) -> Registration | None:
        """By the primary key."""
        return self._one(clients.c.store == store, clients.c.id == client_id)

    def identify(self, store: str, cpf_digest: str) -> Registration | None:
        """By the unique index."""
        return self._one(clients.c.store == store, clients.c.cpf_digest == cpf_digest)

    def registrations(self, store: str, before: str | None, limit: int) -> Page[Registration, str]:
        """By id, which begins with the time. One row more than asked for tells of a next page."""
        conditions = [clients.c.store == store, clients.c.erased_at.is_(None)]
        if before is not None:
            conditions.append(clients.c.id < before)
        statement = sa.select(clients).where(*conditions).order_by(clients.c.id.desc()).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
        registrations = tuple(self._registration(row) for row in rows[:limit])
        return Page(registrations, registrations[-1].client.id if len(rows) > limit else None)

    def history(
        self, store: str, client_id: str, before: HistoryPosition | None, limit: int
    ) -> Page[Order, HistoryPosition]:
        """By the index of a client's orders. One row more than asked for tells of a next page."""
        place = sa.tuple_(orders.c.created_at, orders.c.id)
        conditions = [orders.c.store == store, orders.c.client_id == client_id]
        if before is not None:
            start = sa.tuple_(
                before.created_at, before.order_id, types=[orders.c.created_at.type, orders.c.id.type]
            )
            conditions.append(place < start)
        newest_first = (orders.c.created_at.desc(), orders.c.id.desc())
        statement = select_orders().where(*conditions).order_by(*newest_first).limit(limit + 1)
        with self._database.read() as connection:
            rows = connection.execute(statement).all()
            found = orders_of(connection, rows[:limit])
        return Page(tuple(found), _position(found[-1]) if len(rows) > limit else None)

    def _one(self, *conditions: sa.ColumnElement[bool]) -> Registration | None:
        known = sa.select(clients).where(*conditions, clients.c.erased_at.is_(None))
        with self._database.read() as connection:
            row = connection.execute(known).first()
        return self._registration(row) if row is not None else None

    def _registration(self, row: Row[Any]) -> Registration:
        cpf = self._unsealed(row.id, row.sealed_cpf)
        return Registration(
            client=Client(row.id, row.name),
            cpf=Cpf(cpf) if cpf is not None else None,
            email=self._unsealed(row.id, row.sealed_email),
            registered_at=row.registered_at,
        )

    def _unsealed(self, client_id: str, sealed: str | None) -> str | None:
        """A key that was taken away too early must not take the list of clients with it."""
        try:
            return self._sealing.unseal(sealed) if sealed is not None else None
        except CannotUnseal:
            log.error("personal_data_unreadable", client_id=client_id)  # noqa: TRY400 - the trace tells nothing
            return None


def _position(order: Order) -> HistoryPosition:
    return HistoryPosition(order.terms.created_at, order.id)
