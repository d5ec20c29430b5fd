"""Notifications of two styles, and faults that are kept with what they say."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("notifications", "deliveries"):
        style = sa.Column("style", sa.String(16), nullable=False, server_default="webhook")
        op.add_column(table, style)
    # Faults that were drawn under their bare names are drawn again.
    op.execute(sa.text("UPDATE notifications SET faults = NULL"))


def downgrade() -> None:
    for table in ("deliveries", "notifications"):
        op.drop_column(table, "style")
    op.execute(sa.text("UPDATE notifications SET faults = NULL"))
