"""Promotions."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import ID, SLUG, partial_index, store_column
from servicekit.database.types import UtcDateTime

promotions = sa.Table(
    "promotions",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("product_id", ID, sa.ForeignKey("products.id")),
    sa.Column("category", SLUG),
    sa.Column("basis_points", sa.Integer),
    sa.Column("amount", sa.BigInteger),
    sa.Column("starts_at", UtcDateTime, nullable=False),
    sa.Column("ends_at", UtcDateTime, nullable=False),
    # Lines of orders tell which promotion they were sold under, also when it was removed since.
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("(product_id IS NULL) <> (category IS NULL)", name="ck_promotions_target"),
    sa.CheckConstraint("(basis_points IS NULL) <> (amount IS NULL)", name="ck_promotions_reduction"),
    sa.CheckConstraint("basis_points BETWEEN 1 AND 10000", name="ck_promotions_basis_points"),
    sa.CheckConstraint("amount > 0", name="ck_promotions_amount"),
    sa.CheckConstraint("starts_at < ends_at", name="ck_promotions_window"),
    partial_index("ix_promotions_list", "store", "id", where="active"),
    # Those that are over are the many; what runs or will run is at the end.
    partial_index("ix_promotions_window", "store", "ends_at", where="active"),
)
