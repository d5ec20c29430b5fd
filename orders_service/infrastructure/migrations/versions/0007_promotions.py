"""Promotions; and what a line of an order costs less under which of them.

Revision ID: 0007
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0007"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_promotions()
    # With a default, so that processes of the version before can go on placing orders meanwhile.
    op.add_column(
        "order_lines", sa.Column("unit_discount", sa.BigInteger, nullable=False, server_default="0")
    )
    given_by = sa.Column("promotion_id", sa.String(36), sa.ForeignKey("promotions.id"))
    op.add_column("order_lines", given_by, inline_references=True)


def downgrade() -> None:
    with op.batch_alter_table("order_lines") as lines:
        lines.drop_column("promotion_id")
        lines.drop_column("unit_discount")
    op.drop_table("promotions")


def _create_promotions() -> None:
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("store", sa.String(64), sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("product_id", sa.String(36), sa.ForeignKey("products.id")),
        sa.Column("category", sa.String(64)),
        sa.Column("basis_points", sa.Integer),
        sa.Column("amount", sa.BigInteger),
        sa.Column("starts_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint("(product_id IS NULL) <> (category IS NULL)", name="ck_promotions_target"),
        sa.CheckConstraint("(basis_points IS NULL) <> (amount IS NULL)", name="ck_promotions_reduction"),
        sa.CheckConstraint("basis_points BETWEEN 1 AND 10000", name="ck_promotions_basis_points"),
        sa.CheckConstraint("amount > 0", name="ck_promotions_amount"),
        sa.CheckConstraint("starts_at < ends_at", name="ck_promotions_window"),
    )
    active = sa.text("active")
    for name, column in (("ix_promotions_list", "id"), ("ix_promotions_window", "ends_at")):
        op.create_index(name, "promotions", ["store", column], postgresql_where=active, sqlite_where=active)
