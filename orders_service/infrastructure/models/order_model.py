"""Orders, and what belongs to them."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import ID, WORD, partial_index, store_column
from servicekit.database.types import UtcDateTime

OPEN = "status NOT IN ('FINISHED', 'CANCELLED')"
UNPAID = "status = 'AWAITING_PAYMENT'"
ENDING = "status = 'CANCELLING'"
UNPAID_OF_CLIENTS = "client_id IS NOT NULL AND status IN ('AWAITING_PAYMENT', 'CANCELLING', 'CANCELLED')"
OF_A_CLIENT = "client_id IS NOT NULL"

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
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
    sa.Column("charge_closed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("answer_due_at", UtcDateTime),
    sa.Column("nudges", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("cart_id", ID),
    partial_index("ux_orders_cart", "cart_id", unique=True, where="cart_id IS NOT NULL"),
    partial_index("ux_orders_open_number", "store", "number", unique=True, where=OPEN),
    sa.Index("ix_orders_queue", "store", "status", "created_at", "id"),
    partial_index("ix_orders_client", "store", "client_id", "created_at", "id", where=OF_A_CLIENT),
    partial_index("ix_orders_unpaid", "deadline", where=UNPAID),
    partial_index("ix_orders_ending", "cancelling_since", where=ENDING),
    partial_index("ix_orders_unanswered", "answer_due_at", where="answer_due_at IS NOT NULL"),
    partial_index("ix_orders_client_unpaid", "store", "client_id", "created_at", where=UNPAID_OF_CLIENTS),
)


def _order_column() -> sa.Column[str]:
    return sa.Column("order_id", ID, sa.ForeignKey("orders.id"), primary_key=True)


order_lines = sa.Table(
    "order_lines",
    metadata,
    _order_column(),
    sa.Column("position", sa.Integer, primary_key=True),
    store_column(),
    sa.Column("product_id", ID, sa.ForeignKey("products.id"), nullable=False),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("unit_price", sa.BigInteger, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("notes", sa.String(140)),
    sa.Column("unit_discount", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("promotion_id", ID, sa.ForeignKey("promotions.id")),
    sa.CheckConstraint("quantity > 0", name="ck_order_lines_quantity"),
)

order_history = sa.Table(
    "order_history",
    metadata,
    _order_column(),
    sa.Column("position", sa.Integer, primary_key=True),
    store_column(),
    sa.Column("status", WORD, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

reservations = sa.Table(
    "reservations",
    metadata,
    _order_column(),
    sa.Column("product_id", ID, sa.ForeignKey("stock.product_id"), primary_key=True),
    store_column(),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("state", WORD, nullable=False),
    sa.CheckConstraint("quantity > 0", name="ck_reservations_quantity"),
    partial_index("ix_reservations_product", "store", "product_id", where="state IN ('HELD', 'COMMITTED')"),
    partial_index("ix_reservations_unpaid", "store", "product_id", "quantity", where="state = 'HELD'"),
)

order_payments = sa.Table(
    "order_payments",
    metadata,
    _order_column(),
    sa.Column("id", sa.String(64), primary_key=True),
    store_column(),
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
