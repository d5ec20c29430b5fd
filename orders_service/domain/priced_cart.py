"""A cart with what its things cost and whether they can be had, and what of it is news to the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from orders_service.domain.cart import Cart, CartItem, OnOffer


class Change(StrEnum):
    """What the customer has to know of an item, most important first.

    SOLD_OUT and SHORT are told for as long as they last. PRICE is told once; while one of the others is
    told in its place, it waits.
    """

    SOLD_OUT = "sold_out"
    SHORT = "short"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class PricedItem:
    """An item of a cart at this moment."""

    item: CartItem
    offer: OnOffer

    @property
    def total(self) -> int:
        """Centavos, before any discount, as in an order's line."""
        return self.offer.price * self.item.quantity

    @property
    def discount(self) -> int:
        """Centavos that a promotion takes off all the units."""
        return self.offer.discount * self.item.quantity

    @property
    def change(self) -> Change | None:
        """What there is to tell."""
        units = self.offer.units
        if units is not None and units < self.item.quantity:
            return Change.SHORT if units > 0 else Change.SOLD_OUT
        told = (self.item.told_price, self.item.told_discount)
        return Change.PRICE if told != (self.offer.price, self.offer.discount) else None


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart at this moment. What is short or sold out counts in its sums until it is taken out."""

    items: tuple[PricedItem, ...]

    @property
    def subtotal(self) -> int:
        """The sum of the items, in centavos."""
        return sum(one.total for one in self.items)

    @property
    def discount(self) -> int:
        """What promotions take off, in centavos."""
        return sum(one.discount for one in self.items)

    @property
    def total(self) -> int:
        """What an order of it would come to, in centavos."""
        return self.subtotal - self.discount


def priced(cart: Cart, offers: Mapping[str, OnOffer]) -> PricedCart:
    """The cart, priced by these offers; what the store knows nothing of is left out."""
    known = (item for item in cart.items if item.product_id in offers)
    return PricedCart(tuple(PricedItem(item, offers[item.product_id]) for item in known))


def having_told(cart: Cart, told: PricedCart) -> Cart:
    """The cart, after its customer was told this of it: the same cart where no price was news."""
    prices = {one.item.product_id: one.offer for one in told.items if one.change is Change.PRICE}
    return replace(cart, items=tuple(_having_told(item, prices.get(item.product_id)) for item in cart.items))


def _having_told(item: CartItem, offer: OnOffer | None) -> CartItem:
    if offer is None:
        return item
    return replace(item, told_price=offer.price, told_discount=offer.discount)
