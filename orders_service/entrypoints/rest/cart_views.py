"""Carts, for whoever knows their id.

Redis may keep them: so none of this happens inside a transaction of the database.
"""

from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.cart_errors import (
    CartContended,
    CartFull,
    CartNotFound,
    CartsUnavailable,
    NotInCart,
)
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_errors import QuantityTooLarge, TotalTooLarge
from orders_service.domain.stock_errors import InsufficientStock
from orders_service.entrypoints.rest.cart_schemas import CartJson, QuantitySchema, cart_json
from orders_service.entrypoints.rest.order_schemas import ItemSchema, NothingSchema, wanted_items
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.cart_desk import ShownCart
from orders_service.usecases.change_cart_usecases import AddToCart, SetInCart, TakeOutOfCart
from orders_service.usecases.discard_cart_usecase import DiscardCart
from orders_service.usecases.open_cart_usecase import OpenCart
from orders_service.usecases.show_cart_usecase import ShowCart
from servicekit.http.auth import anyone
from servicekit.http.documentation import documented
from servicekit.http.idempotency import idempotent_after, request_digest
from servicekit.http.requests import parse_body
from servicekit.http.stores import current_store

ITEM = ItemSchema()
QUANTITY = QuantitySchema()
NOTHING = NothingSchema()


def cart_blueprint(usecases: UseCases) -> Blueprint:
    """Everything that a customer does with a cart, but for checking out."""
    blueprint = Blueprint("carts", __name__)

    def new_cart() -> ShownCart:
        if request.get_data(cache=True):
            parse_body(NOTHING)
        return usecases.carts.open.execute(OpenCart(current_store()))

    @blueprint.post("/carts")
    @anyone
    @documented(
        "Open a cart",
        answers={201: CartJson},
        body=NOTHING,
        body_required=False,
        headers=("Location",),
        problems=(CartsUnavailable,),
    )
    @idempotent_after(new_cart)
    def create(cart: ShownCart) -> ResponseReturnValue:
        return jsonify(cart_json(cart)), 201, {"Location": f"{request.path}/{cart.id}"}

    @blueprint.get("/carts/<uuid:cart_id>")
    @anyone
    @documented(
        "A cart at today's prices", answers={200: CartJson}, problems=(CartNotFound, CartsUnavailable)
    )
    def show(cart_id: UUID) -> ResponseReturnValue:
        return jsonify(cart_json(usecases.carts.show.execute(ShowCart(current_store(), str(cart_id)))))

    @blueprint.delete("/carts/<uuid:cart_id>")
    @anyone
    @documented("Throw a cart away", answers={204: None}, problems=(CartNotFound, CartsUnavailable))
    def discard(cart_id: UUID) -> ResponseReturnValue:
        usecases.carts.discard.execute(DiscardCart(current_store(), str(cart_id)))
        return "", 204

    def with_more(cart_id: UUID) -> ShownCart:
        (wanted,) = wanted_items([parse_body(ITEM)])
        more = AddToCart(current_store(), str(cart_id), wanted, request_digest())
        return usecases.carts.add.execute(more)

    @blueprint.post("/carts/<uuid:cart_id>/items")
    @anyone
    @documented(
        "Put more of a product into a cart",
        answers={200: CartJson},
        body=ITEM,
        problems=(
            CartNotFound,
            CartsUnavailable,
            UnknownProduct,
            CartFull,
            QuantityTooLarge,
            TotalTooLarge,
            InsufficientStock,
            CartContended,
        ),
    )
    @idempotent_after(with_more)
    def add(cart: ShownCart) -> ResponseReturnValue:
        return jsonify(cart_json(cart))

    @blueprint.patch("/carts/<uuid:cart_id>/items/<uuid:product_id>")
    @anyone
    @documented(
        "Say how much of a product a cart has",
        answers={200: CartJson},
        body=QUANTITY,
        problems=(
            CartNotFound,
            CartsUnavailable,
            NotInCart,
            UnknownProduct,
            TotalTooLarge,
            InsufficientStock,
            CartContended,
        ),
    )
    def set_quantity(cart_id: UUID, product_id: UUID) -> ResponseReturnValue:
        quantity = parse_body(QUANTITY)["quantity"]
        exactly = SetInCart(current_store(), str(cart_id), str(product_id), quantity)
        return jsonify(cart_json(usecases.carts.set.execute(exactly)))

    @blueprint.delete("/carts/<uuid:cart_id>/items/<uuid:product_id>")
    @anyone
    @documented(
        "Take a product out of a cart",
        answers={200: CartJson},
        problems=(CartNotFound, CartsUnavailable, NotInCart, CartContended),
    )
    def take_out(cart_id: UUID, product_id: UUID) -> ResponseReturnValue:
        gone = TakeOutOfCart(current_store(), str(cart_id), str(product_id))
        return jsonify(cart_json(usecases.carts.take_out.execute(gone)))

    return blueprint
