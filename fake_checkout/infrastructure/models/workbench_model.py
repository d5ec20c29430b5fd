"""What testers set and look at, and the answers that idempotency keys give again."""

import sqlalchemy as sa

from fake_checkout.infrastructure.models.metadata import metadata
from servicekit.database.types import Json, UtcDateTime

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("scope", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("kept_at", UtcDateTime, nullable=False, index=True),
)

requests = sa.Table(
    "requests",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("method", sa.String(16), nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("status", sa.Integer),
)

workbench = sa.Table(
    "workbench",
    metadata,
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("setting", Json, nullable=False),
)
