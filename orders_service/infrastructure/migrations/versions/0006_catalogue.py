"""Products know how often they were saved, so that nobody overwrites what they have not seen.

Revision ID: 0006
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, so that processes of the version before can go on adding products meanwhile.
    op.add_column("products", sa.Column("version", sa.Integer, nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("products", "version")
