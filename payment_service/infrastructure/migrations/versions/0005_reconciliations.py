"""Days compared with the provider's books; when money came and went by the provider's own clock.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(64)
UNFINISHED = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("payments", sa.Column("paid_at", UtcDateTime))
    op.add_column("refunds", sa.Column("returned_at", UtcDateTime))
    # Until the provider is heard again, when we heard of it is the best guess at when it was.
    op.execute("UPDATE payments SET paid_at = approved_at WHERE approved_at IS NOT NULL")
    op.execute("UPDATE refunds SET returned_at = done_at WHERE done_at IS NOT NULL")
    op.create_index("ix_payments_paid", "payments", ["paid_at"])
    op.create_index("ix_payments_told", "payments", ["provider_updated_at"])
    op.create_index("ix_refunds_returned", "refunds", ["returned_at"])
    op.create_table(
        "reconciliations",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("store", ID, primary_key=True, comment="whose account it is; empty: the platform's"),
        sa.Column("collector", ID, primary_key=True, comment="the account's number; empty likewise"),
        sa.Column("rounds", sa.Integer, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("last_id", ID),
        sa.Column("compared", sa.Integer, nullable=False),
        sa.Column("repaired", sa.Integer, nullable=False),
        sa.Column("unsettled", sa.Integer, nullable=False),
        sa.Column("theirs", sa.Text, nullable=False),
        sa.Column("finished_at", UtcDateTime),
        sa.Column("next_at", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("leased_until", UtcDateTime),
    )
    op.create_index(
        "ix_reconciliations_due",
        "reconciliations",
        ["next_at"],
        postgresql_where=UNFINISHED,
        sqlite_where=UNFINISHED,
    )


def downgrade() -> None:
    op.drop_table("reconciliations")
    op.drop_index("ix_refunds_returned", "refunds")
    op.drop_index("ix_payments_told", "payments")
    op.drop_index("ix_payments_paid", "payments")
    op.drop_column("refunds", "returned_at")
    op.drop_column("payments", "paid_at")
