"""What is unpaid of a client and of products, as tables that a statement can select from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.reservation import ReservationState
from orders_service.infrastructure.models.order_model import (
    UNPAID_OF_CLIENTS,
    order_history,
    orders,
    reservations,
)
from orders_service.infrastructure.models.product_model import stock


def unpaid_of_client(store: str, client_id: str, since: datetime) -> sa.Subquery:
    """One row: `open_orders` and `left_orders` of those that the client has placed since then.

    An order that was paid before it was cancelled was not left.
    """
    columns = orders.c
    left = columns.status == OrderStatus.CANCELLED.value
    by_store = columns.cancellation_reason == CancelReason.STORE.value
    was_paid = sa.exists().where(
        order_history.c.order_id == columns.id, order_history.c.status == OrderStatus.RECEIVED.value
    )
    counts = sa.select(
        sa.func.count().filter(sa.not_(left)).label("open_orders"),
        sa.func.count().filter(left, sa.not_(by_store), ~was_paid).label("left_orders"),
    )
    # The condition of the index in its own words, without which an engine would not see that it fits.
    fits = sa.text(UNPAID_OF_CLIENTS)
    theirs = (columns.store == store, columns.client_id == client_id, columns.created_at > since)
    return counts.where(*theirs, fits).subquery("of_client")


def unpaid_of_products(store: str, product_ids: Sequence[str]) -> sa.Subquery:
    """A row for each: `held` by unpaid orders, and `available`, which nobody holds."""
    # Written out: a plan made for any parameter could not use the index over this one state.
    unpaid: sa.ColumnElement[Any] = sa.literal(ReservationState.HELD.value, literal_execute=True)
    held = (
        sa.select(sa.func.coalesce(sa.func.sum(reservations.c.quantity), 0))
        .where(
            reservations.c.store == store,
            reservations.c.product_id == stock.c.product_id,
            reservations.c.state == unpaid,
        )
        .scalar_subquery()
    )
    available = stock.c.on_hand - stock.c.reserved
    wanted = (stock.c.store == store, stock.c.product_id.in_(product_ids))
    rows = sa.select(stock.c.product_id, available.label("available"), held.label("held")).where(*wanted)
    return rows.subquery("of_products")
