"""Charges, their attempts and refunds, and what the provider said of them."""

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

CLOSING = "state = 'CLOSING'"
LIVE = "status IN ('CREATED', 'PENDING')"
REFUND_OPEN = "status IN ('REQUESTED', 'IN_PROCESS')"

charges = sa.Table(
    "charges",
    metadata,
    sa.Column("order_id", ID, primary_key=True),
    store_column(),
    sa.Column("state", WORD, nullable=False),
    sa.Column("reason", WORD),
    sa.Column("closing_since", UtcDateTime),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("method", WORD, nullable=False),
    sa.Column("deadline", UtcDateTime, nullable=False),
    sa.Column("attempts_allowed", sa.Integer, nullable=False),
    sa.Column("finished", sa.Boolean, nullable=False),
    sa.Column("remind_at", UtcDateTime),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint("total > 0", name="ck_charges_total"),
    partial_index("ix_charges_due", "next_at", where="next_at IS NOT NULL"),
    partial_index("ix_charges_silent", "remind_at", where="remind_at IS NOT NULL"),
    partial_index("ix_charges_closing", "closing_since", where=CLOSING),
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("order_id", ID, sa.ForeignKey("charges.order_id"), nullable=False),
    store_column(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("method", WORD, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("status", WORD, nullable=False),
    sa.Column("detail", WORD),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("collector", ID),
    sa.Column("sealed_card", sa.Text),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("provider_id", ID, unique=True),
    sa.Column("at_provider", WORD),
    sa.Column("provider_updated_at", UtcDateTime),
    sa.Column("held", sa.BigInteger),
    sa.Column("qr_code", sa.Text),
    sa.Column("ticket_url", sa.Text),
    sa.Column("approved_at", UtcDateTime),
    sa.Column("paid_at", UtcDateTime),
    sa.Column("kept", sa.Boolean, nullable=False),
    sa.Column("unwanted", sa.Boolean, nullable=False),
    sa.Column("return_reason", WORD),
    *work_columns(),
    sa.UniqueConstraint("order_id", "number", name="uq_payments_number"),
    sa.CheckConstraint("amount > 0", name="ck_payments_amount"),
    partial_index("ux_payments_live", "order_id", unique=True, where=LIVE),
    partial_index("ux_payments_kept", "order_id", unique=True, where="kept"),
    sa.Index("ix_payments_newest", "store", "created_at", "id"),
    sa.Index("ix_payments_status", "store", "status", "created_at", "id"),
    sa.Index("ix_payments_paid", "paid_at"),
    sa.Index("ix_payments_told", "provider_updated_at"),
)

refunds = sa.Table(
    "refunds",
    metadata,
    sa.Column("id", ID, primary_key=True, comment="the idempotency key at the provider"),
    sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("order_id", ID, nullable=False, index=True),
    store_column(),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.String(140), nullable=False),
    sa.Column("by_staff", sa.Boolean, nullable=False),
    sa.Column("status", WORD, nullable=False),
    sa.Column("failure", WORD),
    sa.Column("provider_id", ID, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
    sa.Column("returned_at", UtcDateTime),
    *work_columns(),
    sa.UniqueConstraint("payment_id", "position", name="uq_refunds_position"),
    sa.CheckConstraint("amount > 0", name="ck_refunds_amount"),
    partial_index("ix_refunds_open", "store", "created_at", where=REFUND_OPEN),
    sa.Index("ix_refunds_returned", "returned_at"),
)

provider_answers = sa.Table(
    "provider_answers",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
    sa.Column("order_id", ID, nullable=False),
    store_column(),
    sa.Column("provider_id", ID, nullable=False),
    sa.Column("status", WORD, nullable=False),
    sa.Column("detail", WORD),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("currency", WORD, nullable=False),
    sa.Column("reference", ID),
    sa.Column("heard_at", UtcDateTime, nullable=False),
    sa.Index("ix_provider_answers_payment", "payment_id", "heard_at"),
)
