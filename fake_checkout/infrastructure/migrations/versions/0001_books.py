"""The books of the emulated provider."""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import Json, UtcDateTime

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _create_payments()
    _create_deliveries()
    _create_workbench()


def _create_payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.BigInteger, autoincrement=False),
        sa.Column("collector_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("description", sa.Text),
        sa.Column("external_reference", sa.String(64)),
        sa.Column("notification_url", sa.Text),
        sa.Column("payer", Json, nullable=False),
        sa.Column("payer_id", sa.String(32), nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("particulars", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("status_detail", sa.String(64), nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.Column("approved_at", UtcDateTime),
        sa.Column("transfer_id", sa.String(64)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.CheckConstraint("amount > 0", name="ck_payments_amount_positive"),
    )
    op.create_index("ix_payments_external_reference", "payments", ["external_reference"])
    op.create_index("ix_payments_payer_id", "payments", ["payer_id"])
    op.create_index("ix_payments_created_at", "payments", ["created_at"])
    op.create_index("ix_payments_status_expires_at", "payments", ["status", "expires_at"])
    op.create_table(
        "refunds",
        sa.Column("id", sa.BigInteger, autoincrement=False),
        sa.Column("payment_id", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_refunds"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_refunds_payment_id"),
        sa.CheckConstraint("amount > 0", name="ck_refunds_amount_positive"),
    )
    op.create_index("ix_refunds_payment_id", "refunds", ["payment_id"])


def _create_deliveries() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger, autoincrement=False),
        sa.Column("payment_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("faults", sa.Text),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("claimed_until", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_notifications"),
    )
    op.create_index("ix_notifications_payment_id", "notifications", ["payment_id"])
    op.create_index("ix_notifications_next_at", "notifications", ["next_at"])
    op.create_table(
        "deliveries",
        sa.Column("number", _NUMBER, autoincrement=True),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("notification_id", sa.BigInteger, nullable=False),
        sa.Column("payment_id", sa.BigInteger, nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("sent_at", UtcDateTime, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.Column("answer_status", sa.Integer),
        sa.Column("fault", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.UniqueConstraint("id", name="uq_deliveries_id"),
    )
    op.create_index("ix_deliveries_notification_id", "deliveries", ["notification_id"])
    op.create_index("ix_deliveries_payment_id", "deliveries", ["payment_id"])


def _create_workbench() -> None:
    op.create_table(
        "answers",
        sa.Column("scope", sa.String(255)),
        sa.Column("key", sa.String(255)),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("kept_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name="pk_answers"),
    )
    op.create_index("ix_answers_kept_at", "answers", ["kept_at"])
    op.create_table(
        "requests",
        sa.Column("number", _NUMBER, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("method", sa.String(16), nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("headers", Json, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.PrimaryKeyConstraint("number", name="pk_requests"),
    )
    op.create_table(
        "workbench",
        sa.Column("name", sa.String(16)),
        sa.Column("setting", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workbench"),
    )
    settings = sa.table("workbench", sa.column("name", sa.String), sa.column("setting", Json))
    op.bulk_insert(
        settings,
        [
            {"name": "faults", "setting": {"seed": 0, "watches": []}},
            {"name": "clock", "setting": {"offset_seconds": 0}},
        ],
    )


def downgrade() -> None:
    for table in ("workbench", "requests", "answers", "deliveries", "notifications", "refunds", "payments"):
        op.drop_table(table)
