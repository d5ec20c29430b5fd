"""Clients in the database, and their erasure from every table that knows them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.client import Client
from orders_service.domain.order_progress import OrderStatus
from orders_service.infrastructure.database import idempotency_keys
from orders_service.infrastructure.models.columns import is_set
from orders_service.infrastructure.models.order_model import order_lines, orders
from orders_service.infrastructure.models.people_model import clients
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.ports.client_ports import ClientRepositoryPort, Particulars, SealedClient

ENDED = (OrderStatus.FINISHED.value, OrderStatus.CANCELLED.value)


class ClientRepository(ClientRepositoryPort):
    """Locks in one order: the client, then the client's orders."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, store: str, client: Client, cpf_digest: str, particulars: Particulars | None = None
    ) -> bool:
        """Insert the client, if new."""
        values: dict[str, object] = {
            "id": client.id,
            "store": store,
            "name": client.name,
            "cpf_digest": cpf_digest,
        }
        if particulars is not None:
            values["sealed_cpf"] = particulars.sealed_cpf
            values["sealed_email"] = particulars.sealed_email
            values["registered_at"] = particulars.registered_at
        return insert_new(self._connection, clients, values)

    def find(self, store: str, cpf_digest: str) -> Client | None:
        """By the unique index."""
        return self._first(_with_digest(store, cpf_digest))

    def find_to_order(self, store: str, cpf_digest: str) -> Client | None:
        """Locked, but not against the foreign keys of orders that others have placed before.

        An erasure that came first is waited for, and leaves nobody to be found.
        """
        return self._first(_with_digest(store, cpf_digest).with_for_update(key_share=True))

    def _first(self, statement: sa.Select[Any]) -> Client | None:
        row = self._connection.execute(statement).first()
        return Client(row.id, row.name) if row is not None else None

    def erase(self, store: str, client_id: str, now: datetime) -> bool:
        """One statement for each place.

        The orders are locked, so that an answer that tells one of them with the name is stored either before
        the answers are looked through, or after the name is gone.
        """
        same = sa.and_(clients.c.id == client_id, clients.c.store == store)
        row = self._connection.execute(sa.select(clients.c.erased_at).where(same).with_for_update()).first()
        if row is None or row.erased_at is not None:
            return row is not None
        theirs = sa.and_(orders.c.store == store, orders.c.client_id == client_id)
        locked = sa.select(orders.c.id).where(theirs).order_by(orders.c.id).with_for_update()
        self._connection.execute(locked).all()
        # What is told of them is another thing from now on: whoever keeps what was told by version finds out.
        again = sa.update(orders).where(theirs).values(version=orders.c.version + 1)
        self._connection.execute(again)
        self._forget_person(client_id, now)
        self._forget_answers(store, client_id)
        self._forget_notes_of(store, client_id)
        return True

    def _forget_person(self, client_id: str, now: datetime) -> None:
        nothing = {
            "name": "",
            "cpf_digest": f"erased {client_id}",  # no digest looks so, and each is one of a kind
            "sealed_cpf": None,
            "sealed_email": None,
            "erased_at": now,
        }
        self._connection.execute(sa.update(clients).where(clients.c.id == client_id).values(nothing))

    def _forget_answers(self, store: str, client_id: str) -> None:
        """Stored answers stay, lest a repeat be taken for a new request; they tell of nobody any more."""
        columns = idempotency_keys.c
        naming = sa.and_(columns.store == store, columns.body.contains(client_id))
        stored = self._connection.execute(sa.select(columns.scope, columns.body).where(naming)).all()
        for scope, body in stored:
            one = sa.and_(columns.store == store, columns.scope == scope)
            changed = json.dumps(_without(json.loads(body), client_id), ensure_ascii=False)
            self._connection.execute(sa.update(idempotency_keys).where(one).values(body=changed))

    def forget_notes(self, limit: int) -> int:
        """By the index of the few that are left, of whom some may wait for a long time."""
        left = self._connection.scalars(sa.select(clients.c.id).where(is_set(clients.c.notes_left))).all()
        if not left:
            return 0
        theirs = sa.and_(orders.c.store == clients.c.store, orders.c.client_id == clients.c.id)
        noted = sa.exists().where(order_lines.c.order_id == orders.c.id, order_lines.c.notes.is_not(None))
        due = sa.select(clients.c.store, clients.c.id).join(orders, theirs).distinct().limit(limit)
        over = due.where(clients.c.id.in_(left), orders.c.status.in_(ENDED), noted)
        found = self._connection.execute(over).all()
        for store, client_id in found:
            self._forget_notes_of(store, client_id)
        return len(found)

    def _forget_notes_of(self, store: str, client_id: str) -> None:
        theirs = sa.and_(orders.c.store == store, orders.c.client_id == client_id)
        over = sa.select(orders.c.id).where(theirs, orders.c.status.in_(ENDED))
        noted = order_lines.c.notes.is_not(None)
        blank = sa.update(order_lines).where(order_lines.c.order_id.in_(over), noted).values(notes=None)
        self._connection.execute(blank)
        still_open = sa.select(orders.c.id).where(theirs, orders.c.status.not_in(ENDED))
        left = sa.exists().where(order_lines.c.order_id.in_(still_open), noted)
        keep_in_mind = sa.update(clients).where(clients.c.id == client_id).values(notes_left=left)
        self._connection.execute(keep_in_mind)

    def sealed(self, after: str, limit: int) -> Sequence[SealedClient]:
        """By the primary key."""
        columns = clients.c
        following = sa.select(columns.id, columns.sealed_cpf, columns.sealed_email).where(columns.id > after)
        locked = following.order_by(columns.id).limit(limit).with_for_update()
        return [SealedClient(*row) for row in self._connection.execute(locked)]

    def seal_again(self, client: SealedClient) -> None:
        """By the primary key."""
        values = {"sealed_cpf": client.sealed_cpf, "sealed_email": client.sealed_email}
        self._connection.execute(sa.update(clients).where(clients.c.id == client.client_id).values(values))


def _with_digest(store: str, cpf_digest: str) -> sa.Select[Any]:
    same = sa.and_(clients.c.store == store, clients.c.cpf_digest == cpf_digest)
    return sa.select(clients.c.id, clients.c.name).where(same)


def _without(answer: dict[str, Any], client_id: str) -> dict[str, Any]:
    """A stored answer, of an order or of the registration itself, with nothing personal in it."""
    if answer.get("id") == client_id:
        return {member: value if member == "id" else None for member, value in answer.items()}
    items = [{**item, "notes": None} for item in answer.get("items", [])]
    return {**answer, "client": None, "items": items}
