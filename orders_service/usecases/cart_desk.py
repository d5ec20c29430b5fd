"""What the use cases of carts have in common: reading one, changing one, and telling the customer of it.

Whatever is told of a price is kept in the cart, with the change itself where there is one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orders_service.domain.cart import Cart, OnOffer
from orders_service.domain.cart_errors import CartContended, CartNotFound
from orders_service.domain.priced_cart import PricedCart, having_told, priced
from orders_service.ports.cart_query_port import CartQueryPort
from orders_service.ports.cart_repository_port import CartRepositoryPort, KeptCart

ATTEMPTS = 10
"""Of each round of attempts to change one cart at once, one succeeds."""

Verb = Callable[[Cart, Mapping[str, OnOffer]], Cart]
"""Gives the cart as it is to be, on this menu."""


@dataclass(frozen=True, slots=True)
class ShownCart:
    """A cart as its customer sees it."""

    id: str
    priced: PricedCart
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CartDesk:
    """Where carts are handled."""

    carts: CartRepositoryPort
    query: CartQueryPort

    def open(self, store: str, cart_id: str) -> KeptCart:
        """The cart as it is kept. Raises CartNotFound, also for one of which an order was made."""
        kept = self.carts.get(store, cart_id)
        if kept is None or self.query.order_of(store, cart_id) is not None:
            raise CartNotFound(cart_id)
        return kept

    def show(self, store: str, cart_id: str) -> ShownCart:
        """The cart as it is now. Raises CartNotFound.

        Where a price was news, it is noted that it was told. If somebody changes the cart meanwhile, it is
        not noted, and told again: better twice than never.
        """
        kept = self.open(store, cart_id)
        now = priced(kept.cart, self._offers(kept.cart))
        told = having_told(kept.cart, now)
        if told != kept.cart:
            self.carts.save(kept, told, renews=False)
        return ShownCart(cart_id, now, kept.expires_at)

    def change(self, store: str, cart_id: str, product_id: str, verb: Verb) -> ShownCart:
        """The cart after the verb, which may be called several times. Raises CartNotFound, CartContended."""
        for _ in range(ATTEMPTS):
            seen = self.open(store, cart_id)
            offers = self._offers(seen.cart, product_id)
            changed = verb(seen.cart, offers)
            now = priced(changed, offers)
            kept = self.carts.save(seen, having_told(changed, now), renews=True)
            if kept is not None:
                return ShownCart(cart_id, now, kept.expires_at)
        raise CartContended("Others changed the cart at the same moment. Look at it and try again.")

    def _offers(self, cart: Cart, *more: str) -> Mapping[str, OnOffer]:
        wanted = {*(item.product_id for item in cart.items), *more}
        return self.query.offers(cart.store, wanted) if wanted else {}
