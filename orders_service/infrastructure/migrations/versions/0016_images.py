"""Pictures of products, and which product shows which.

Revision ID: 0016
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0016"
down_revision = "0010"
branch_labels = None
depends_on = None

HAS_IMAGE = sa.text("image IS NOT NULL")


def upgrade() -> None:
    columns = ["store", "image"]
    op.create_index(
        "ix_products_image", "products", columns, postgresql_where=HAS_IMAGE, sqlite_where=HAS_IMAGE
    )
    op.create_table(
        "images",
        sa.Column("store", sa.String(64), sa.ForeignKey("stores.slug"), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("wanted_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_images_wanted", "images", ["wanted_at"])


def downgrade() -> None:
    op.drop_table("images")
    op.drop_index("ix_products_image", "products")
