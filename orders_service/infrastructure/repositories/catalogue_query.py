"""Reading the catalogue, straight into what is shown."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.pricing import Price, prices_of
from orders_service.domain.product import folded
from orders_service.domain.store import Store
from orders_service.infrastructure.models.columns import is_set
from orders_service.infrastructure.models.people_model import stores
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.infrastructure.repositories.product_repository import product_of
from orders_service.infrastructure.repositories.promotion_repository import running_promotions
from orders_service.infrastructure.repositories.store_mapping import store_of
from orders_service.ports.catalogue_query_port import CatalogueQueryPort, Offer, OfferFilter
from orders_service.ports.page import Page
from servicekit.database.database import Database


class CatalogueQuery(CatalogueQueryPort):
    """Products with what is available of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def offers(self, store: str, wanted: OfferFilter, after: str | None, limit: int) -> Page[Offer, str]:
        """One row more than asked for tells whether there is a next page."""
        conditions = [products.c.store == store, is_set(products.c.active), *_conditions(wanted)]
        if after is not None:
            conditions.append(products.c.id > after)
        statement = _select_offers().where(*conditions).order_by(products.c.id).limit(limit + 1)
        with self._database.read() as connection:
            offers = self._offers(connection, store, connection.execute(statement).all())
        return Page(tuple(offers[:limit]), offers[limit - 1].id if len(offers) > limit else None)

    def offer(self, store: str, product_id: str) -> Offer | None:
        """By its id, active or not."""
        same = sa.and_(products.c.store == store, products.c.id == product_id)
        with self._database.read() as connection:
            rows = connection.execute(_select_offers().where(same)).all()
            return next(iter(self._offers(connection, store, rows)), None)

    def store(self, slug: str) -> Store | None:
        """By its slug."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(stores).where(stores.c.slug == slug)).first()
        return store_of(row) if row is not None else None

    def _offers(self, connection: Connection, store: str, rows: Sequence[Row[Any]]) -> list[Offer]:
        """With the prices of this moment; two queries, however many the offers are."""
        products = [product_of(row) for row in rows]
        now = self._database.clock(connection)
        prices = prices_of(products, running_promotions(connection, store, products, now), now)
        return [_offer(row, prices[row.id]) for row in rows]


def _select_offers() -> sa.Select[Any]:
    available = (stock.c.on_hand - stock.c.reserved).label("available")
    with_stock = products.outerjoin(stock, stock.c.product_id == products.c.id)
    return sa.select(products, available).select_from(with_stock)


def _conditions(wanted: OfferFilter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.category is not None:
        conditions.append(products.c.category == wanted.category)
    if wanted.words is not None:
        conditions.append(products.c.searchable.contains(folded(wanted.words), autoescape=True))
    if wanted.available is not None:
        sold_out = sa.and_(products.c.counted, stock.c.on_hand <= stock.c.reserved)
        conditions.append(sa.not_(sold_out) if wanted.available else sold_out)
    return conditions


def _offer(row: Row[Any], price: Price) -> Offer:
    return Offer(
        id=row.id,
        name=row.name,
        description=row.description,
        category=row.category,
        price=price.listed,
        promotional_price=price.promotional,
        available=row.available,
        image=row.image,
        active=row.active,
        version=row.version,
    )
