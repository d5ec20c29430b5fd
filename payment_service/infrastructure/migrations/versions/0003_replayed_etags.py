"""An answer that is given again tells the version that it told at first.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idempotency_keys", sa.Column("etag", sa.Text))


def downgrade() -> None:
    op.drop_column("idempotency_keys", "etag")
