"""Which days were compared with the provider's books, and what came of it."""

import sqlalchemy as sa

from payment_service.infrastructure.database import metadata
from payment_service.infrastructure.models.columns import ID, SLUG, partial_index, work_columns
from servicekit.database.types import UtcDateTime

UNFINISHED = "next_at IS NOT NULL"

reconciliations = sa.Table(
    "reconciliations",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("store", SLUG, primary_key=True, comment="whose account it is; empty: the platform's"),
    sa.Column("collector", ID, primary_key=True, comment="the account's number; empty likewise"),
    sa.Column("rounds", sa.Integer, nullable=False),
    sa.Column("seen", sa.Integer, nullable=False),
    sa.Column("last_id", ID),
    sa.Column("compared", sa.Integer, nullable=False),
    sa.Column("repaired", sa.Integer, nullable=False),
    sa.Column("unsettled", sa.Integer, nullable=False),
    sa.Column("theirs", sa.Text, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    *work_columns(),
    partial_index("ix_reconciliations_due", "next_at", where=UNFINISHED),
)
