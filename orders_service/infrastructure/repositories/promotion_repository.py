"""Promotions in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.catalogue_errors import PromotionNotFound
from orders_service.domain.product import Product
from orders_service.domain.promotion import Amount, OneProduct, Percentage, Promotion, WholeCategory
from orders_service.infrastructure.models.columns import is_set
from orders_service.infrastructure.models.promotion_model import promotions
from orders_service.ports.page import Page
from orders_service.ports.promotion_ports import PromotionQueryPort, PromotionRepositoryPort
from servicekit.database.database import Database
from servicekit.database.unit_of_work import StaleAggregate

ACTIVE = is_set(promotions.c.active)


class PromotionRepository(PromotionRepositoryPort):
    """Promotions by store and id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, promotion: Promotion) -> None:
        """Insert it."""
        self._connection.execute(sa.insert(promotions).values(_values(promotion) | {"active": True}))

    def get(self, store: str, promotion_id: str) -> Promotion:
        """Locked as an update locks it: orders may go on naming the promotion meanwhile."""
        same = sa.and_(promotions.c.store == store, promotions.c.id == promotion_id, ACTIVE)
        locked = sa.select(promotions).where(same).with_for_update(key_share=True)
        row = self._connection.execute(locked).first()
        if row is None:
            raise PromotionNotFound(promotion_id)
        return _promotion(row)

    def save(self, promotion: Promotion) -> None:
        """Write all of it, if the row is still as it was read."""
        self._update(promotion, promotion.version - 1, _values(promotion))

    def remove(self, promotion: Promotion) -> None:
        """The row stays, for the lines of orders that refer to it."""
        self._update(promotion, promotion.version, {"active": False})

    def _update(self, promotion: Promotion, seen: int, values: dict[str, object]) -> None:
        columns = promotions.c
        same = sa.and_(columns.store == promotion.store, columns.id == promotion.id, ACTIVE)
        update = sa.update(promotions).where(same, columns.version == seen).values(values)
        if self._connection.execute(update).rowcount != 1:
            raise StaleAggregate

    def running(self, store: str, products: Collection[Product], now: datetime) -> Sequence[Promotion]:
        """Of the products themselves, and of their categories."""
        return running_promotions(self._connection, store, products, now)


def running_promotions(
    connection: Connection, store: str, products: Collection[Product], now: datetime
) -> Sequence[Promotion]:
    """What the repository's `running` gives, also for whoever only reads."""
    columns = promotions.c
    covers = sa.or_(
        columns.product_id.in_(sorted({product.id for product in products})),
        columns.category.in_(sorted({product.category for product in products})),
    )
    runs = sa.and_(columns.starts_at <= now, columns.ends_at > now)
    wanted = sa.select(promotions).where(columns.store == store, ACTIVE, runs, covers)
    return [_promotion(row) for row in connection.execute(wanted)]


class PromotionQuery(PromotionQueryPort):
    """Finds and lists promotions, and locks none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, store: str, promotion_id: str) -> Promotion | None:
        """By its id."""
        same = sa.and_(promotions.c.store == store, promotions.c.id == promotion_id, ACTIVE)
        with self._database.read() as connection:
            row = connection.execute(sa.select(promotions).where(same)).first()
        return _promotion(row) if row is not None else None

    def page(self, store: str, before: str | None, limit: int) -> Page[Promotion, str]:
        """One row more than asked for tells whether there is a next page."""
        conditions = [promotions.c.store == store, ACTIVE]
        if before is not None:
            conditions.append(promotions.c.id < before)
        statement = sa.select(promotions).where(*conditions).order_by(promotions.c.id.desc()).limit(limit + 1)
        with self._database.read() as connection:
            found = [_promotion(row) for row in connection.execute(statement)]
        return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)


def _values(promotion: Promotion) -> dict[str, object]:
    target, reduction = promotion.target, promotion.reduction
    return {
        "id": promotion.id,
        "store": promotion.store,
        "name": promotion.name,
        "product_id": target.product_id if isinstance(target, OneProduct) else None,
        "category": target.category if isinstance(target, WholeCategory) else None,
        "basis_points": reduction.basis_points if isinstance(reduction, Percentage) else None,
        "amount": reduction.centavos if isinstance(reduction, Amount) else None,
        "starts_at": promotion.starts_at,
        "ends_at": promotion.ends_at,
        "version": promotion.version,
    }


def _promotion(row: Row[Any]) -> Promotion:
    one_product = row.product_id is not None
    return Promotion(
        id=row.id,
        store=row.store,
        name=row.name,
        target=OneProduct(row.product_id) if one_product else WholeCategory(row.category),
        reduction=Amount(row.amount) if row.basis_points is None else Percentage(row.basis_points),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        version=row.version,
    )
