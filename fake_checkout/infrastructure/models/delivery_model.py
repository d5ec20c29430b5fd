"""Notifications, and every attempt to deliver them."""

import sqlalchemy as sa

from fake_checkout.infrastructure.models.metadata import metadata
from servicekit.database.types import UtcDateTime

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payment_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("next_at", UtcDateTime, index=True),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("faults", sa.Text),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("style", sa.String(16), nullable=False, server_default="webhook"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("id", sa.String(36), nullable=False, unique=True),
    sa.Column("notification_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("payment_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("signature", sa.Text, nullable=False),
    sa.Column("answer_status", sa.Integer),
    sa.Column("fault", sa.Text),
    sa.Column("style", sa.String(16), nullable=False, server_default="webhook"),
)
