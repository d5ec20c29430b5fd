"""Payments, refunds and card tokens. Amounts in centavos."""

import sqlalchemy as sa

from fake_checkout.infrastructure.models.metadata import metadata
from servicekit.database.types import Json, UtcDateTime

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("collector_id", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("external_reference", sa.String(64), index=True),
    sa.Column("notification_url", sa.Text),
    sa.Column("payer", Json, nullable=False),
    sa.Column("payer_id", sa.String(32), nullable=False, index=True),
    sa.Column("metadata", Json, nullable=False),
    sa.Column("particulars", Json, nullable=False),
    sa.Column("method", sa.String(32), nullable=False),
    sa.Column("card", Json),
    sa.Column("issuer_id", sa.String(32)),
    sa.Column("installments", sa.Integer, nullable=False),
    sa.Column("captures_later", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("status_detail", sa.String(64), nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("approved_at", UtcDateTime),
    sa.Column("authorized_at", UtcDateTime),
    sa.Column("transfer_id", sa.String(64)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
    sa.Index(None, "status", "expires_at"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("payment_id", sa.BigInteger, sa.ForeignKey("payments.id"), nullable=False, index=True),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.CheckConstraint("amount > 0", name="amount_positive"),
)

card_tokens = sa.Table(
    "card_tokens",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("collector_id", sa.BigInteger, nullable=False),
    sa.Column("is_live", sa.Boolean, nullable=False),
    sa.Column("card", Json, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    sa.Column("used_at", UtcDateTime),
)
