"""Carts, where the database keeps them; and of which cart an order was made, each of one at most.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("store", sa.String(64), sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_carts_expires_at", "carts", ["expires_at"])
    op.add_column("orders", sa.Column("cart_id", sa.String(36)))
    some = sa.text("cart_id IS NOT NULL")
    op.create_index(
        "ux_orders_cart", "orders", ["cart_id"], unique=True, postgresql_where=some, sqlite_where=some
    )


def downgrade() -> None:
    op.drop_index("ux_orders_cart", "orders")
    op.drop_column("orders", "cart_id")
    op.drop_table("carts")
