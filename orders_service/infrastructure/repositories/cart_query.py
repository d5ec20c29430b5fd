"""Reading what carts are shown with."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from orders_service.domain.cart import OnOffer
from orders_service.domain.pricing import Price, prices_of
from orders_service.infrastructure.models.order_model import orders
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.infrastructure.repositories.product_repository import product_of
from orders_service.infrastructure.repositories.promotion_repository import running_promotions
from orders_service.ports.cart_query_port import CartQueryPort
from servicekit.database.database import Database


class CartQuery(CartQueryPort):
    """Three queries for the menu, however much is in the cart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offers(self, store: str, product_ids: Collection[str]) -> Mapping[str, OnOffer]:
        """By their ids, active or not."""
        available = (stock.c.on_hand - stock.c.reserved).label("available")
        with_stock = products.outerjoin(stock, stock.c.product_id == products.c.id)
        wanted = sa.and_(products.c.store == store, products.c.id.in_(sorted(product_ids)))
        with self._database.read() as connection:
            now = self._database.clock(connection)
            rows = connection.execute(
                sa.select(products, available).select_from(with_stock).where(wanted)
            ).all()
            found = [product_of(row) for row in rows]
            prices = prices_of(found, running_promotions(connection, store, found, now), now)
        return {row.id: _offer(row, prices[row.id]) for row in rows}

    def order_of(self, store: str, cart_id: str) -> str | None:
        """By the index over the carts."""
        of_cart = sa.and_(orders.c.cart_id == cart_id, orders.c.store == store)
        with self._database.read() as connection:
            return connection.scalar(sa.select(orders.c.id).where(of_cart))


def _offer(row: Row[Any], price: Price) -> OnOffer:
    return OnOffer(row.id, row.name, price.listed, price.discount, row.available, row.active)
