"""Reading the stores."""

from datetime import datetime

import sqlalchemy as sa

from orders_service.domain.store import Store
from orders_service.infrastructure.models.people_model import stores
from orders_service.infrastructure.repositories.store_mapping import store_of
from orders_service.ports.page import Page
from orders_service.ports.store_query_port import StoreQueryPort
from servicekit.database.database import Database


class StoreQuery(StoreQueryPort):
    """Stores by slug."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, slug: str) -> Store | None:
        """By the primary key."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(stores).where(stores.c.slug == slug)).first()
        return store_of(row) if row is not None else None

    def page(self, after: str | None, limit: int) -> Page[Store, str]:
        """One row more than asked for tells whether there is a next page."""
        statement = sa.select(stores).order_by(stores.c.slug).limit(limit + 1)
        if after is not None:
            statement = statement.where(stores.c.slug > after)
        with self._database.read() as connection:
            found = [store_of(row) for row in connection.execute(statement)]
        return Page(tuple(found[:limit]), found[limit - 1].slug if len(found) > limit else None)

    def now(self) -> datetime:
        """The database's."""
        return self._database.now()
