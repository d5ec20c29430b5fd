"""Orders, for whoever knows their id."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.cart_errors import CartEmpty, CartNotFound, CartsUnavailable, CartUsed
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.order import Canceller
from orders_service.domain.order_errors import (
    HeldByUnpaidOrders,
    NoNumberFree,
    NothingToPay,
    OrderNotFound,
    QuantityTooLarge,
    TooLateToCancel,
    TooManyUnpaidOrders,
    TotalTooLarge,
)
from orders_service.domain.order_progress import CancelReason
from orders_service.domain.stock_errors import InsufficientStock
from orders_service.domain.store_errors import StoreClosed
from orders_service.entrypoints.rest.identification_limit import IdentificationLimit
from orders_service.entrypoints.rest.order_schemas import (
    CheckoutSchema,
    NothingSchema,
    OrderJson,
    order_json,
    wanted_items,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.cancel_order_usecase import CancelOrder
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.show_order_usecase import ShowOrder
from orders_service.usecases.use_cart_usecases import ForgetUsedCart, UnpackCart
from servicekit.http.auth import anyone, has_role_here
from servicekit.http.documentation import TOO_MANY, documented
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
    @documented(
        "Place an order",
        answers={201: OrderJson},
        body=CHECKOUT,
        takes_key=True,
        headers=("Location",),
        problems=(
            StoreClosed,
            UnknownProduct,
            UnknownClient,
            QuantityTooLarge,
            TotalTooLarge,
            NothingToPay,
            CartEmpty,
            CartNotFound,
            CartUsed,
            CartsUnavailable,
            InsufficientStock,
            TooManyUnpaidOrders,
            HeldByUnpaidOrders,
            NoNumberFree,
            TOO_MANY,
        ),
    )
    def checkout() -> ResponseReturnValue:
        body = parse_body(CHECKOUT)
        answer: Response = place(body)
        if "cart_id" in body:
            usecases.carts.forget_used.execute(ForgetUsedCart(current_store(), body["cart_id"]))
        return answer

    @blueprint.get("/orders/<uuid:order_id>")
    @anyone
    @documented("An order", answers={200: OrderJson}, problems=(OrderNotFound,))
    def show(order_id: UUID) -> ResponseReturnValue:
        order = usecases.show_order.execute(ShowOrder(current_store(), str(order_id)))
        return jsonify(order_json(order, store_url(public_url)))

    @blueprint.post("/orders/<uuid:order_id>/cancel")
    @anyone
    @documented(
        "Cancel an order",
        answers={202: OrderJson},
        body=NOTHING,
        body_required=False,
        also_for=("manager",),
        problems=(OrderNotFound, TooLateToCancel),
    )
    @idempotent
    def cancel(order_id: UUID) -> ResponseReturnValue:
        if request.get_data(cache=True):
            parse_body(NOTHING)
        order = usecases.cancel_order.execute(CancelOrder(current_store(), str(order_id), _who()))
        return jsonify(order_json(order, store_url(public_url))), 202

    return blueprint


def _who() -> Canceller:
    return CancelReason.STORE if has_role_here("manager") else CancelReason.CUSTOMER
