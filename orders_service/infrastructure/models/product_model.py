"""The catalogue and the stock."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import HASH, ID, SLUG, WORD, partial_index, store_column
from servicekit.database.types import UtcDateTime

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("description", sa.String(500), nullable=False),
    sa.Column("category", SLUG, nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False),
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("image", HASH),
    sa.Column("searchable", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.CheckConstraint("price >= 0", name="ck_products_price"),
    partial_index("ix_products_image", "store", "image", where="image IS NOT NULL"),
    partial_index("ix_products_menu", "store", "id", where="active"),
    partial_index("ix_products_category", "store", "category", "id", where="active"),
)

stock = sa.Table(
    "stock",
    metadata,
    sa.Column("product_id", ID, sa.ForeignKey("products.id"), primary_key=True),
    store_column(),
    sa.Column("on_hand", sa.Integer, nullable=False),
    sa.Column("reserved", sa.Integer, nullable=False),
    sa.Column("low_at", sa.Integer),
    sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="ck_stock_reserved"),
)

stock_movements = sa.Table(
    "stock_movements",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("product_id", ID, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("reason", WORD, nullable=False),
    sa.Column("delta", sa.Integer, nullable=False),
    sa.Column("order_id", ID),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("note", sa.String(140)),
    sa.Column("username", sa.String(64)),
    sa.Index("ix_stock_movements_product", "store", "product_id", "id"),
    partial_index("ix_stock_movements_unsold", "store", "product_id", "id", where="reason <> 'consumed'"),
    partial_index(
        "ux_stock_movements_wasted",
        "order_id",
        "product_id",
        unique=True,
        where="reason = 'wasted' AND order_id IS NOT NULL",
    ),
)
