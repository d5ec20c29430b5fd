"""Promotions in the database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from orders_service.domain.product import Product
from orders_service.domain.promotion import Amount, OneProduct, Percentage, Promotion, WholeCategory
from orders_service.infrastructure.models.promotion_model import promotions
from orders_service.ports.promotion_ports import PromotionRepositoryPort


class PromotionRepository(PromotionRepositoryPort):
    """Promotions by store and id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, promotion: Promotion) -> None:
        """Insert it."""
        self._connection.execute(sa.insert(promotions).values(_values(promotion) | {"active": True}))

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
    wanted = sa.select(promotions).where(columns.store == store, columns.active, runs, covers)
    return [promotion_of(row) for row in connection.execute(wanted)]


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


def promotion_of(row: Row[Any]) -> Promotion:
    """The promotion of a row."""
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
