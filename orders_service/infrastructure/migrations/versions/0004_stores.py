"""Stores have a payment deadline and opening hours of their own, and a version.

Revision ID: 0004
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json

revision = "0004"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stores", sa.Column("payment_deadline_seconds", sa.Integer))
    op.add_column("stores", sa.Column("opening_hours", Json, nullable=False, server_default="[]"))
    op.add_column("stores", sa.Column("version", sa.Integer, nullable=False, server_default="1"))


def downgrade() -> None:
    for column in ("version", "opening_hours", "payment_deadline_seconds"):
        op.drop_column("stores", column)
