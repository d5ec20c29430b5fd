"""Cards, sealed until they were charged; the stores' own accounts, and which one was paid.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "provider_accounts",
        sa.Column("store", ID, primary_key=True),
        sa.Column("collector", ID, primary_key=True, comment="the account's number at the provider"),
        sa.Column("sealed_access_token", sa.Text, nullable=False),
        sa.Column("sealed_webhook_secret", sa.Text, nullable=False),
        sa.Column("public_key", sa.Text, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
        sa.Column("retired_at", UtcDateTime),
    )
    op.add_column("payments", sa.Column("collector", ID))
    op.add_column("payments", sa.Column("sealed_card", sa.Text))
    op.add_column("notifications", sa.Column("collector", ID))


def downgrade() -> None:
    op.drop_column("notifications", "collector")
    op.drop_column("payments", "sealed_card")
    op.drop_column("payments", "collector")
    op.drop_table("provider_accounts")
