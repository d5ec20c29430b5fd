"""Carts on the wire."""

from typing import Any

from marshmallow import validate

from orders_service.domain.order_line import LARGEST_QUANTITY
from orders_service.domain.priced_cart import PricedItem
from orders_service.usecases.cart_desk import ShownCart
from servicekit.http.money import format_centavos
from servicekit.http.requests import StrictInteger, StrictSchema
from servicekit.messaging.outbox import instant


class QuantitySchema(StrictSchema):
    """So many of a product, exactly."""

    quantity = StrictInteger(required=True, validate=validate.Range(1, LARGEST_QUANTITY))


def cart_json(cart: ShownCart) -> dict[str, Any]:
    """A cart as whoever knows its id sees it."""
    return {
        "id": cart.id,
        "items": [_item_json(one) for one in cart.priced.items],
        "subtotal": format_centavos(cart.priced.subtotal),
        "discount": format_centavos(cart.priced.discount),
        "total": format_centavos(cart.priced.total),
        "expires_at": instant(cart.expires_at),
    }


def _item_json(one: PricedItem) -> dict[str, Any]:
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
