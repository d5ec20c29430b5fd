"""Carts, where the database keeps them."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import ID, store_column
from servicekit.database.types import Json, UtcDateTime

carts = sa.Table(
    "carts",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("content", Json, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)
