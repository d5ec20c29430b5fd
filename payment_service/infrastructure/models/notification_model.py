"""The provider's notices."""

import sqlalchemy as sa

from payment_service.infrastructure.database import metadata
from payment_service.infrastructure.models.columns import (
    ID,
    WORD,
    partial_index,
    store_column,
    work_columns,
)
from servicekit.database.types import UtcDateTime

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("topic", WORD, nullable=False),
    sa.Column("provider_id", ID, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
    sa.Column("collector", ID),
    sa.Column("state", WORD, nullable=False),
    *work_columns(),
    partial_index("ix_notifications_waiting", "next_at", where="state = 'WAITING'"),
)
