"""Orders know whether their charge is closed. Of those that ended before, it is heard when it matters again.

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
    # With a default, so that processes of the version before can go on placing orders meanwhile.
    closed = sa.Column("charge_closed", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("orders", closed)


def downgrade() -> None:
    op.drop_column("orders", "charge_closed")
