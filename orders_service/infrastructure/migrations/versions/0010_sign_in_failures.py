"""Sign-ins that failed are remembered by all processes.

Revision ID: 0010
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("store", sa.String(64), sa.ForeignKey("stores.slug"), primary_key=True),
        sa.Column("username", sa.String(64), primary_key=True),
        sa.Column("in_a_row", sa.Integer, nullable=False),
        sa.Column("last_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_sign_in_failures_last_at", "sign_in_failures", ["last_at"])


def downgrade() -> None:
    op.drop_table("sign_in_failures")
