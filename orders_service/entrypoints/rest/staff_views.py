"""Orders, for the people who work in the store."""

from uuid import UUID

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from orders_service.domain.order_errors import IllegalStep, OrderNotFound, TooLateToCancel
from orders_service.domain.order_progress import CancelReason
from orders_service.entrypoints.rest.order_schemas import (
    OrderJson,
    QueueSchema,
    StatusSchema,
    TimelineJson,
    order_json,
    orders_json,
    position_of,
    timeline_json,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.cancel_order_usecase import CancelOrder
from orders_service.usecases.list_orders_usecase import ListOrders
from orders_service.usecases.show_timeline_usecase import ShowTimeline
from servicekit.http.auth import roles
from servicekit.http.documentation import PageJson, documented
from servicekit.http.requests import invalid, parse_body, parse_query
from servicekit.http.stores import current_store, store_url

QUEUE = QueueSchema()
STATUS = StatusSchema()


def staff_blueprint(usecases: UseCases, public_url: str) -> Blueprint:
    """The kitchen's queue and steps, and what a manager may do with an order."""
    blueprint = Blueprint("staff", __name__)

    @blueprint.get("/orders")
    @roles("kitchen", "manager")
    @documented(
        "The kitchen's queue, or the orders in one state", answers={200: PageJson[OrderJson]}, query=QUEUE
    )
    def queue() -> ResponseReturnValue:
        asked = parse_query(QUEUE)
        try:
            after = position_of(asked["cursor"], asked["status"])
        except ValueError as error:
            raise invalid({"cursor": ["Not a cursor of this list."]}) from error
        listed = ListOrders(current_store(), asked["status"], after, asked["limit"])
        return jsonify(orders_json(usecases.list_orders.execute(listed), store_url(public_url)))

    @blueprint.patch("/orders/<uuid:order_id>/status")
    @roles("kitchen", "manager")
    @documented(
        "Move an order one step on",
        answers={200: OrderJson},
        body=STATUS,
        problems=(OrderNotFound, IllegalStep),
    )
    def advance(order_id: UUID) -> ResponseReturnValue:
        status = parse_body(STATUS)["status"]
        order = usecases.advance_order.execute(AdvanceOrder(current_store(), str(order_id), status))
        return jsonify(order_json(order, store_url(public_url)))

    @blueprint.delete("/orders/<uuid:order_id>")
    @roles("manager")
    @documented(
        "Cancel an order, as the store", answers={202: OrderJson}, problems=(OrderNotFound, TooLateToCancel)
    )
    def cancel(order_id: UUID) -> ResponseReturnValue:
        ending = CancelOrder(current_store(), str(order_id), CancelReason.STORE)
        return jsonify(order_json(usecases.cancel_order.execute(ending), store_url(public_url))), 202

    @blueprint.get("/orders/<uuid:order_id>/timeline")
    @roles("manager")
    @documented("An order's saga", answers={200: TimelineJson}, problems=(OrderNotFound,))
    def timeline(order_id: UUID) -> ResponseReturnValue:
        events = usecases.show_timeline.execute(ShowTimeline(current_store(), str(order_id)))
        return jsonify(timeline_json(events))

    return blueprint
