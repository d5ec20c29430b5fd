"""Stock is counted by people, who say why; what cancelled orders used is waste; unpaid holds are found fast.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UNSOLD = "reason <> 'consumed'"
WASTED_ONCE = "reason = 'wasted' AND order_id IS NOT NULL"
UNPAID_OF_CLIENTS = "client_id IS NOT NULL AND status IN ('AWAITING_PAYMENT', 'CANCELLING', 'CANCELLED')"


def upgrade() -> None:
    op.add_column("stock", sa.Column("low_at", sa.Integer))
    op.add_column("stock_movements", sa.Column("note", sa.String(140)))
    op.add_column("stock_movements", sa.Column("username", sa.String(64)))
    _call_what_was_wasted_so()
    where = ["store", "product_id"]
    _create_partial_index("ix_stock_movements_unsold", "stock_movements", [*where, "id"], UNSOLD)
    once = ["order_id", "product_id"]
    _create_partial_index("ux_stock_movements_wasted", "stock_movements", once, WASTED_ONCE, unique=True)
    _create_partial_index("ix_reservations_unpaid", "reservations", [*where, "quantity"], "state = 'HELD'")
    of_client = ["store", "client_id", "created_at"]
    _create_partial_index("ix_orders_client_unpaid", "orders", of_client, UNPAID_OF_CLIENTS)


def downgrade() -> None:
    op.drop_index("ix_orders_client_unpaid", "orders")
    op.drop_index("ix_reservations_unpaid", "reservations")
    op.drop_index("ux_stock_movements_wasted", "stock_movements")
    op.drop_index("ix_stock_movements_unsold", "stock_movements")
    op.drop_column("stock_movements", "username")
    op.drop_column("stock_movements", "note")
    op.drop_column("stock", "low_at")


def _call_what_was_wasted_so() -> None:
    """Orders cancelled in preparation have left their goods counted as sold until now."""
    op.execute(
        "UPDATE stock_movements SET reason = 'wasted' WHERE reason = 'consumed' AND order_id IN"
        " (SELECT id FROM orders WHERE status = 'CANCELLED' AND goods_used)"
    )


def _create_partial_index(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, postgresql_where=where, sqlite_where=where)
