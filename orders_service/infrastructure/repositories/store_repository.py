"""Stores in the database."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from orders_service.domain.store import Store
from orders_service.domain.store_errors import StoreNotFound
from orders_service.infrastructure.models.people_model import stores
from orders_service.infrastructure.repositories.insert_new import insert_new
from orders_service.infrastructure.repositories.store_mapping import store_of, store_values
from orders_service.ports.people_ports import StoreRepositoryPort
from servicekit.database.unit_of_work import StaleAggregate


class StoreRepository(StoreRepositoryPort):
    """Stores by slug."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, store: Store) -> bool:
        """Insert it, if it is new."""
        return insert_new(self._connection, stores, store_values(store))

    def get(self, slug: str) -> Store:
        """By the primary key."""
        return self._find(slug, sa.select(stores))

    def hold(self, slug: str) -> Store:
        """Locked as an update locks it: rows that name the store can be written meanwhile."""
        return self._find(slug, sa.select(stores).with_for_update(key_share=True))

    def _find(self, slug: str, statement: sa.Select[Any]) -> Store:
        row = self._connection.execute(statement.where(stores.c.slug == slug)).first()
        if row is None:
            raise StoreNotFound(slug)
        return store_of(row)

    def save(self, store: Store) -> None:
        """Update the version that was read."""
        seen = sa.and_(stores.c.slug == store.slug, stores.c.version == store.version - 1)
        update = sa.update(stores).where(seen).values(store_values(store))
        if self._connection.execute(update).rowcount == 0:
            raise StaleAggregate
