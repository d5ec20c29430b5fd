"""Carts on the wire."""

from typing import Annotated, TypedDict

from marshmallow import validate

from orders_service.domain.order_line import LARGEST_QUANTITY
from orders_service.domain.priced_cart import Change, PricedItem
from orders_service.usecases.cart_desk import ShownCart
from servicekit.http.documentation import Instant, Reais, Uuid
from servicekit.http.money import format_centavos
from servicekit.http.requests import StrictInteger, StrictSchema
from servicekit.messaging.outbox import instant


class QuantitySchema(StrictSchema):
    """So many of a product, exactly."""

    quantity = StrictInteger(required=True, validate=validate.Range(1, LARGEST_QUANTITY))


class CartItemJson(TypedDict):
    """A product in a cart, at today's price."""

    product_id: Uuid
    name: str
    quantity: int
    notes: str | None
    unit_price: Reais
    total: Reais
    available: Annotated[int | None, "Units for sale; null where they are not counted."]
    changed: Annotated[str | None, Change, "What is no longer as it was when this came into the cart."]


class CartJson(TypedDict):
    """A cart."""

    id: Uuid
    items: list[CartItemJson]
    subtotal: Reais
    discount: Reais
    total: Reais
    expires_at: Instant


def cart_json(cart: ShownCart) -> CartJson:
    """A cart as whoever knows its id sees it."""
    return {
        "id": cart.id,
        "items": [_item_json(one) for one in cart.priced.items],
        "subtotal": format_centavos(cart.priced.subtotal),
        "discount": format_centavos(cart.priced.discount),
        "total": format_centavos(cart.priced.total),
        "expires_at": instant(cart.expires_at),
    }


def _item_json(one: PricedItem) -> CartItemJson:
    return {
        "product_id": one.item.product_id,
        "name": one.offer.name,
        "quantity": one.item.quantity,
        "notes": one.item.notes,
        "unit_price": format_centavos(one.offer.price),
        "total": format_centavos(one.total),
        "available": one.offer.units,
        "changed": one.change.value if one.change is not None else None,
    }
