"""Orders, for whoever knows their id."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.order import Canceller
from orders_service.domain.order_progress import CancelReason
from orders_service.entrypoints.rest.identification_limit import IdentificationLimit
from orders_service.entrypoints.rest.order_schemas import (
    CheckoutSchema,
    NothingSchema,
    order_json,
    wanted_items,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.cancel_order_usecase import CancelOrder
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.show_order_usecase import ShowOrder
from orders_service.usecases.use_cart_usecases import ForgetUsedCart, UnpackCart
from servicekit.http.auth import anyone, has_role_here
from servicekit.http.idempotency import idempotent, idempotent_after
from servicekit.http.requests import parse_body
from servicekit.http.stores import current_store, store_url

CHECKOUT = CheckoutSchema()
NOTHING = NothingSchema()
Body = dict[str, Any]


def order_blueprint(usecases: UseCases, public_url: str, limit: IdentificationLimit) -> Blueprint:
    """Checkout, and what a customer may do with an order."""
    blueprint = Blueprint("orders", __name__)

    def what_is_wanted(body: Body) -> Checkout:
        store, cart_id = current_store(), body.get("cart_id")
        cpf = body["client"]["cpf"] if body["client"] is not None else None
        if cart_id is None:
            items = wanted_items(body["items"])
        else:
            items = usecases.carts.unpack.execute(UnpackCart(store, cart_id))
        return Checkout(store, items, cpf, body["payment"]["method"], cart_id)

    @idempotent_after(what_is_wanted)
    def place(wanted: Checkout) -> ResponseReturnValue:
        if wanted.cpf is not None:
            limit.count_if_answered(UnknownClient.slug)
        order = usecases.checkout.execute(wanted)
        location = f"{request.path.removesuffix('checkout')}{order.id}"
        return jsonify(order_json(order, store_url(public_url))), 201, {"Location": location}

    @blueprint.post("/orders/checkout")
    @anyone
    def checkout() -> ResponseReturnValue:
        body = parse_body(CHECKOUT)
        answer: Response = place(body)
        if "cart_id" in body:
            usecases.carts.forget_used.execute(ForgetUsedCart(current_store(), body["cart_id"]))
        return answer

    @blueprint.get("/orders/<uuid:order_id>")
    @anyone
    def show(order_id: UUID) -> ResponseReturnValue:
        order = usecases.show_order.execute(ShowOrder(current_store(), str(order_id)))
        return jsonify(order_json(order, store_url(public_url)))

    @blueprint.post("/orders/<uuid:order_id>/cancel")
    @anyone
    @idempotent
    def cancel(order_id: UUID) -> ResponseReturnValue:
        if request.get_data(cache=True):
            parse_body(NOTHING)
        order = usecases.cancel_order.execute(CancelOrder(current_store(), str(order_id), _who()))
        return jsonify(order_json(order, store_url(public_url))), 202

    return blueprint


def _who() -> Canceller:
    return CancelReason.STORE if has_role_here("manager") else CancelReason.CUSTOMER
