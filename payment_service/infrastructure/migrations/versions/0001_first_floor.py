"""Charges, payments, refunds, what the provider said, and the boxes of events.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(64)
WORD = sa.String(64)


def upgrade() -> None:
    _create_charges()
    _create_payments()
    _create_refunds()
    _create_provider_answers()
    _create_notifications()
    _create_outbox()
    _create_inbox()
    _create_idempotency_keys()


def downgrade() -> None:
    for table in (
        "idempotency_keys",
        "inbox",
        "outbox",
        "notifications",
        "provider_answers",
        "refunds",
        "payments",
        "charges",
    ):
        op.drop_table(table)


def _work_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("next_at", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("leased_until", UtcDateTime),
    )


def _create_charges() -> None:
    op.create_table(
        "charges",
        sa.Column("order_id", ID, primary_key=True),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("reason", WORD),
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
    )
    _create_partial_index("ix_charges_due", "charges", ["next_at"], "next_at IS NOT NULL")
    _create_partial_index("ix_charges_silent", "charges", ["remind_at"], "remind_at IS NOT NULL")


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", ID, primary_key=True),
        sa.Column("order_id", ID, sa.ForeignKey("charges.order_id"), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("detail", WORD),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("sent_at", UtcDateTime),
        sa.Column("provider_id", ID, unique=True),
        sa.Column("at_provider", WORD),
        sa.Column("provider_updated_at", UtcDateTime),
        sa.Column("held", sa.BigInteger),
        sa.Column("qr_code", sa.Text),
        sa.Column("ticket_url", sa.Text),
        sa.Column("approved_at", UtcDateTime),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("unwanted", sa.Boolean, nullable=False),
        sa.Column("return_reason", WORD),
        *_work_columns(),
        sa.UniqueConstraint("order_id", "number", name="uq_payments_number"),
        sa.CheckConstraint("amount > 0", name="ck_payments_amount"),
    )
    live = "status IN ('CREATED', 'PENDING')"
    _create_partial_index("ux_payments_live", "payments", ["order_id"], live, unique=True)
    _create_partial_index("ux_payments_kept", "payments", ["order_id"], "kept", unique=True)
    op.create_index("ix_payments_newest", "payments", ["store", "created_at", "id"])
    op.create_index("ix_payments_status", "payments", ["store", "status", "created_at", "id"])


def _create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", ID, primary_key=True, comment="the idempotency key at the provider"),
        sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String(140), nullable=False),
        sa.Column("by_staff", sa.Boolean, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("failure", WORD),
        sa.Column("provider_id", ID, unique=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime),
        *_work_columns(),
        sa.UniqueConstraint("payment_id", "position", name="uq_refunds_position"),
        sa.CheckConstraint("amount > 0", name="ck_refunds_amount"),
    )
    op.create_index("ix_refunds_order_id", "refunds", ["order_id"])
    undone = "status IN ('REQUESTED', 'IN_PROCESS')"
    _create_partial_index("ix_refunds_open", "refunds", ["store", "created_at"], undone)


def _create_provider_answers() -> None:
    op.create_table(
        "provider_answers",
        sa.Column("id", ID, primary_key=True),
        sa.Column("payment_id", ID, sa.ForeignKey("payments.id"), nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("detail", WORD),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("currency", WORD, nullable=False),
        sa.Column("reference", ID),
        sa.Column("heard_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_provider_answers_payment", "provider_answers", ["payment_id", "heard_at"])


def _create_notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", ID, primary_key=True),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("topic", WORD, nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("state", WORD, nullable=False),
        *_work_columns(),
    )
    op.create_index("ix_notifications_received_at", "notifications", ["received_at"])
    _create_partial_index("ix_notifications_waiting", "notifications", ["next_at"], "state = 'WAITING'")


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("time", UtcDateTime, nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("causationid", sa.String(64)),
        sa.Column("traceparent", sa.String(64)),
        sa.Column("requestid", sa.String(128)),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("published_at", UtcDateTime),
        sa.Column("parked_at", UtcDateTime),
        sa.Column("dropped_at", UtcDateTime),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_outbox_subject", "outbox", ["subject", "type"])
    due = "published_at IS NULL AND parked_at IS NULL"
    _create_partial_index("ix_outbox_due", "outbox", ["next_at"], due)


def _create_inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("store", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("time", UtcDateTime, nullable=False),
        sa.Column("dataschema", sa.String(200), nullable=False),
        sa.Column("data", Json, nullable=False),
        sa.Column("causationid", sa.String(64)),
        sa.Column("traceparent", sa.String(64)),
        sa.Column("requestid", sa.String(128)),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("received_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("handled_at", UtcDateTime),
        sa.Column("error", sa.Text),
    )
    op.create_index("ix_inbox_subject", "inbox", ["subject"])
    _create_partial_index("ix_inbox_due", "inbox", ["consumer", "next_at"], "status = 'pending'")


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("store", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _create_partial_index(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
