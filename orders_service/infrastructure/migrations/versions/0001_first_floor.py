"""Stores, catalogue, stock, orders, and the boxes of events.

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

ID = sa.String(36)
SLUG = sa.String(64)
WORD = sa.String(32)


def upgrade() -> None:
    _create_people()
    _create_catalogue()
    _create_orders()
    _create_parts_of_orders()
    _create_outbox()
    _create_inbox()
    _create_idempotency_keys()


def downgrade() -> None:
    for table in (
        "idempotency_keys",
        "inbox",
        "outbox",
        "order_payments",
        "reservations",
        "order_history",
        "order_lines",
        "orders",
        "stock_movements",
        "stock",
        "products",
        "clients",
        "staff",
        "stores",
    ):
        op.drop_table(table)


def _create_people() -> None:
    op.create_table(
        "stores",
        sa.Column("slug", SLUG, primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.Column("categories", Json, nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), primary_key=True),
        sa.Column("username", sa.String(64), primary_key=True),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", WORD, nullable=False),
    )
    op.create_table(
        "clients",
        sa.Column("id", ID, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("cpf_digest", sa.String(64), nullable=False),
    )
    op.create_index("ux_clients_cpf", "clients", ["store", "cpf_digest"], unique=True)


def _create_catalogue() -> None:
    op.create_table(
        "products",
        sa.Column("id", ID, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column("category", SLUG, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("image", sa.String(64)),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.CheckConstraint("price >= 0", name="ck_products_price"),
    )
    _create_partial_index("ix_products_menu", "products", ["store", "id"], "active")
    _create_partial_index("ix_products_category", "products", ["store", "category", "id"], "active")
    op.create_table(
        "stock",
        sa.Column("product_id", ID, sa.ForeignKey("products.id"), primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("on_hand", sa.Integer, nullable=False),
        sa.Column("reserved", sa.Integer, nullable=False),
        sa.CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="ck_stock_reserved"),
    )
    op.create_table(
        "stock_movements",
        sa.Column("id", ID, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("product_id", ID, sa.ForeignKey("products.id"), nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("delta", sa.Integer, nullable=False),
        sa.Column("order_id", ID),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_stock_movements_product", "stock_movements", ["store", "product_id", "id"])


def _create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", ID, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("number", sa.String(8), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("discount", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("client_id", ID, sa.ForeignKey("clients.id")),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("deadline", UtcDateTime, nullable=False),
        sa.Column("cancellation_reason", WORD),
        sa.Column("cancelling_since", UtcDateTime),
        sa.Column("goods_used", sa.Boolean, nullable=False),
        sa.Column("answer_due_at", UtcDateTime),
        sa.Column("nudges", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_orders_queue", "orders", ["store", "status", "created_at", "id"])
    still_open = "status NOT IN ('FINISHED', 'CANCELLED')"
    _create_partial_index("ux_orders_open_number", "orders", ["store", "number"], still_open, unique=True)
    _create_partial_index("ix_orders_unpaid", "orders", ["deadline"], "status = 'AWAITING_PAYMENT'")
    _create_partial_index("ix_orders_ending", "orders", ["cancelling_since"], "status = 'CANCELLING'")
    _create_partial_index("ix_orders_unanswered", "orders", ["answer_due_at"], "answer_due_at IS NOT NULL")


def _create_parts_of_orders() -> None:
    op.create_table(
        "order_lines",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("product_id", ID, sa.ForeignKey("products.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("unit_price", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("notes", sa.String(140)),
        sa.CheckConstraint("quantity > 0", name="ck_order_lines_quantity"),
    )
    op.create_table(
        "order_history",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "reservations",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("product_id", ID, sa.ForeignKey("stock.product_id"), primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.CheckConstraint("quantity > 0", name="ck_reservations_quantity"),
    )
    holding = "state IN ('HELD', 'COMMITTED')"
    _create_partial_index("ix_reservations_product", "reservations", ["store", "product_id"], holding)
    op.create_table(
        "order_payments",
        sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("store", SLUG, sa.ForeignKey("stores.slug"), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("status", WORD, nullable=False),
        sa.Column("method", WORD, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("refunded", sa.BigInteger, nullable=False),
        sa.Column("qr_code", sa.Text),
        sa.Column("ticket_url", sa.Text),
        sa.Column("expires_at", UtcDateTime),
        sa.Column("code_sequence", sa.Integer, nullable=False),
    )


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
