"""Parked events are found without reading all others.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARKED_IN_INBOX = sa.text("status = 'parked'")
PARKED_IN_OUTBOX = sa.text("parked_at IS NOT NULL AND dropped_at IS NULL")


def upgrade() -> None:
    _create_partial_index("ix_inbox_parked", "inbox", ["consumer", "received_at"], PARKED_IN_INBOX)
    _create_partial_index("ix_outbox_parked", "outbox", ["parked_at"], PARKED_IN_OUTBOX)


def downgrade() -> None:
    op.drop_index("ix_outbox_parked", "outbox")
    op.drop_index("ix_inbox_parked", "inbox")


def _create_partial_index(name: str, table: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
