"""What must be true of the books once everything has come to rest, read by SQL from all three databases."""

from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from servicekit.database.database import Database
from tests.simulation.world import World

STEPS = {
    (None, "AWAITING_PAYMENT"),
    ("AWAITING_PAYMENT", "RECEIVED"),
    ("AWAITING_PAYMENT", "CANCELLING"),
    ("AWAITING_PAYMENT", "CANCELLED"),
    ("CANCELLING", "RECEIVED"),
    ("CANCELLING", "CANCELLED"),
    ("RECEIVED", "IN_PREPARATION"),
    ("RECEIVED", "CANCELLED"),
    ("IN_PREPARATION", "READY"),
    ("IN_PREPARATION", "CANCELLED"),
    ("READY", "FINISHED"),
    ("READY", "CANCELLED"),
}
AT_REST = {"RECEIVED", "IN_PREPARATION", "READY", "FINISHED", "CANCELLED"}


def check(world: World) -> None:
    """Every order ended or is in the kitchen; every unit, centavo and message is accounted for."""
    orders = {row.id: row for row in _rows(world.orders_service.database, "SELECT * FROM orders")}
    assert set(orders) == set(world.orders)
    _check_orders(world, orders)
    _check_stock(world, orders)
    _check_money(world, orders)
    _check_messages(world)


def _check_orders(world: World, orders: dict[str, Any]) -> None:
    history = _rows(world.orders_service.database, "SELECT * FROM order_history ORDER BY order_id, position")
    for order in orders.values():
        assert order.status in AT_REST
        path = [None, *(row.status for row in history if row.order_id == order.id)]
        assert path[-1] == order.status
        assert set(pairwise(path)) <= STEPS, path


def _check_stock(world: World, orders: dict[str, Any]) -> None:
    database = world.orders_service.database
    held = dict.fromkeys((row.product_id for row in _rows(database, "SELECT * FROM stock")), 0)
    for reservation in _rows(database, "SELECT * FROM reservations"):
        if reservation.state in {"HELD", "COMMITTED"}:
            held[reservation.product_id] += reservation.quantity
            assert orders[reservation.order_id].status == "RECEIVED"
    moved = {
        row.product_id: int(row.units)
        for row in _rows(
            database, "SELECT product_id, sum(delta) AS units FROM stock_movements GROUP BY product_id"
        )
    }
    for stock in _rows(database, "SELECT * FROM stock"):
        assert stock.reserved == held[stock.product_id]
        assert stock.on_hand == moved[stock.product_id]
        assert 0 <= stock.reserved <= stock.on_hand


def _check_money(world: World, orders: dict[str, Any]) -> None:
    """At the provider: a RECEIVED order's total is there once; of a CANCELLED one nothing is left."""
    here = dict.fromkeys(orders, 0)
    returned = dict.fromkeys(orders, 0)
    books = world.provider.database
    references = {}
    for payment in _rows(books, "SELECT * FROM payments"):
        references[payment.id] = payment.external_reference
        if payment.approved_at is not None:
            here[payment.external_reference] += payment.amount
    for refund in _rows(books, "SELECT * FROM refunds"):
        here[references[refund.payment_id]] -= refund.amount
        returned[references[refund.payment_id]] += refund.amount
    for order in orders.values():
        assert here[order.id] == (0 if order.status == "CANCELLED" else order.total), order
    known = {
        int(row.provider_id)
        for row in _rows(
            world.payment_service.database, "SELECT provider_id FROM payments WHERE provider_id IS NOT NULL"
        )
    }
    assert known == set(references), "one side knows of a payment that the other does not"
    shown = dict.fromkeys(orders, 0)
    for row in _rows(world.orders_service.database, "SELECT order_id, refunded FROM order_payments"):
        shown[row.order_id] += row.refunded
    assert shown == returned, "orders show other refunds than the provider made"


def _check_messages(world: World) -> None:
    assert not world.post.held
    for service in (world.orders_service, world.payment_service):
        unsent = _rows(service.database, "SELECT * FROM outbox WHERE published_at IS NULL")
        unhandled = _rows(service.database, "SELECT * FROM inbox WHERE status <> 'done'")
        assert (unsent, unhandled) == ([], [])
    told = {row.id for row in _rows(world.orders_service.database, "SELECT id FROM outbox")}
    for said in _rows(world.payment_service.database, "SELECT * FROM outbox"):
        assert said.causationid in told or said.requestid, f"{said.type} comes out of nowhere"
    open_refunds = _rows(
        world.payment_service.database,
        "SELECT * FROM refunds WHERE status IN ('REQUESTED', 'IN_PROCESS')",
    )
    assert open_refunds == []


def _rows(database: Database, statement: str) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.text(statement)).all())
