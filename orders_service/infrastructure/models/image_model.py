"""Pictures of products."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import HASH, WORD, store_column
from servicekit.database.types import UtcDateTime

images = sa.Table(
    "images",
    metadata,
    store_column(primary_key=True),
    sa.Column("hash", HASH, primary_key=True),
    sa.Column("media_type", WORD, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("wanted_at", UtcDateTime, nullable=False),
    sa.Index("ix_images_wanted", "wanted_at"),
)
"""`wanted_at`: when a product last took the image up or laid it down."""
