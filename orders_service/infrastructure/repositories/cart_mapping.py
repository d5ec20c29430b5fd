"""Carts to JSON and back, side by side: the same in every place that keeps them."""

from collections.abc import Mapping
from typing import Any

from orders_service.domain.cart import Cart, CartItem


def cart_content(cart: Cart) -> dict[str, Any]:
    """What is in the cart."""
    return {"items": [_item_content(item) for item in cart.items], "requests": list(cart.requests)}


def cart_of(store: str, cart_id: str, content: Mapping[str, Any]) -> Cart:
    """The cart with this in it."""
    items = tuple(_item(one) for one in content["items"])
    return Cart(cart_id, store, items, tuple(content["requests"]))


def _item_content(item: CartItem) -> dict[str, Any]:
    return {
        "product_id": item.product_id,
        "quantity": item.quantity,
        "notes": item.notes,
        "told_price": item.told_price,
        "told_discount": item.told_discount,
    }


def _item(content: Mapping[str, Any]) -> CartItem:
    return CartItem(
        product_id=content["product_id"],
        quantity=content["quantity"],
        notes=content["notes"],
        told_price=content["told_price"],
        told_discount=content["told_discount"],
    )
