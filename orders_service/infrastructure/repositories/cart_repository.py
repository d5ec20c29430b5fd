"""Carts in the database."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from orders_service.domain.cart import Cart
from orders_service.infrastructure.models.cart_model import carts
from orders_service.infrastructure.repositories.cart_mapping import cart_content, cart_of
from orders_service.ports.cart_repository_port import CartRepositoryPort, KeptCart
from servicekit.database.database import Database


class CartRepository(CartRepositoryPort):
    """A row for each cart. An expired one is gone, whether or not it was deleted yet."""

    def __init__(self, database: Database, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    def add(self, cart: Cart) -> KeptCart:
        """Insert it."""
        with self._database.transaction() as transaction:
            kept = KeptCart(cart, 1, transaction.now() + self._lifetime)
            row = {"store": cart.store, "id": cart.id, **_values(kept)}
            transaction.connection.execute(sa.insert(carts).values(row))
            transaction.commit()
        return kept

    def get(self, store: str, cart_id: str) -> KeptCart | None:
        """Read it."""
        with self._database.read() as connection:
            alive = carts.c.expires_at > self._database.clock(connection)
            row = connection.execute(sa.select(carts).where(_same(store, cart_id), alive)).first()
        if row is None:
            return None
        return KeptCart(cart_of(store, cart_id, row.content), row.version, row.expires_at)

    def save(self, seen: KeptCart, cart: Cart, *, renews: bool) -> KeptCart | None:
        """Update the row, if it is still as it was seen."""
        with self._database.transaction() as transaction:
            now = transaction.now()
            kept = KeptCart(cart, seen.version + 1, now + self._lifetime if renews else seen.expires_at)
            as_seen = sa.and_(carts.c.version == seen.version, carts.c.expires_at > now)
            written = transaction.connection.execute(
                sa.update(carts).where(_same(cart.store, cart.id), as_seen).values(_values(kept))
            )
            transaction.commit()
        return kept if written.rowcount == 1 else None

    def remove(self, store: str, cart_id: str) -> bool:
        """Delete the row."""
        with self._database.transaction() as transaction:
            alive = carts.c.expires_at > transaction.now()
            deleted = transaction.connection.execute(sa.delete(carts).where(_same(store, cart_id), alive))
            transaction.commit()
        return deleted.rowcount == 1

    def forget_expired(self, limit: int) -> int:
        """Delete a small batch, so that no lock lasts."""
        with self._database.transaction() as transaction:
            expired = sa.select(carts.c.id).where(carts.c.expires_at <= transaction.now()).limit(limit)
            deleted = transaction.connection.execute(sa.delete(carts).where(carts.c.id.in_(expired)))
            transaction.commit()
        return deleted.rowcount


def _same(store: str, cart_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(carts.c.store == store, carts.c.id == cart_id)


def _values(kept: KeptCart) -> dict[str, Any]:
    return {
        "content": cart_content(kept.cart),
        "version": kept.version,
        "expires_at": kept.expires_at,
    }
