"""The cart: what a customer has in mind to order. It reserves nothing, and no price in it is agreed."""

from dataclasses import dataclass, replace

from orders_service.domain.cart_errors import CartFull, NotInCart
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_line import WantedItem, check_quantities
from orders_service.domain.stock_errors import InsufficientStock, Shortage

MOST_PRODUCTS = 100
"""As many as an order may name."""
REQUESTS_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class OnOffer:
    """What the menu says of a product at this moment.

    `price` and `discount` are centavos for one unit, 0 <= discount <= price; `available` is None where it is
    not counted. A retired product is not active.
    """

    product_id: str
    name: str
    price: int
    discount: int
    available: int | None
    active: bool

    @property
    def units(self) -> int | None:
        """How many units can be had; None where there is no end of them."""
        return self.available if self.active else 0


@dataclass(frozen=True, slots=True)
class CartItem:
    """So many units of a product.

    `told_price` and `told_discount` are what the customer was last told of one unit, in centavos.
    """

    product_id: str
    quantity: int
    notes: str | None
    told_price: int
    told_discount: int

    @property
    def wanted(self) -> WantedItem:
        """What it is to an order."""
        return WantedItem(self.product_id, self.quantity, self.notes)


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart as it is at one moment; each verb gives the cart after it.

    It has each product once. `requests` are the last ones that added to it: none of them adds a second time.
    """

    id: str
    store: str
    items: tuple[CartItem, ...] = ()
    requests: tuple[str, ...] = ()

    def item(self, product_id: str) -> CartItem | None:
        """What it has of the product."""
        return next((item for item in self.items if item.product_id == product_id), None)

    def add(self, wanted: WantedItem, offer: OnOffer | None, request: str | None = None) -> "Cart":
        """With so many units more; notes that are not None take the place of earlier ones.

        `request` names what may come again and is to count once.

        Raises UnknownProduct, InsufficientStock where it is sold out, QuantityTooLarge, CartFull.
        """
        if request is not None and request in self.requests:
            return self
        if offer is None or not offer.active:
            raise UnknownProduct([wanted.product_id])
        item = self.item(wanted.product_id)
        item = item or CartItem(offer.product_id, 0, None, offer.price, offer.discount)
        notes = item.notes if wanted.notes is None else wanted.notes
        more = _with_quantity(replace(item, notes=notes), item.quantity + wanted.quantity, offer)
        requests = self.requests if request is None else (*self.requests, request)[-REQUESTS_REMEMBERED:]
        return replace(self._with(more), requests=requests)

    def set_quantity(self, product_id: str, quantity: int, offer: OnOffer | None) -> "Cart":
        """With exactly so many units.

        Raises NotInCart, QuantityTooLarge, InsufficientStock where there would be more of what is sold out.
        """
        return self._with(_with_quantity(self._require(product_id), quantity, offer))

    def take_out(self, product_id: str) -> "Cart":
        """Without the product. Raises NotInCart."""
        gone = self._require(product_id)
        return replace(self, items=tuple(item for item in self.items if item is not gone))

    def _require(self, product_id: str) -> CartItem:
        item = self.item(product_id)
        if item is None:
            raise NotInCart(product_id)
        return item

    def _with(self, changed: CartItem) -> "Cart":
        if self.item(changed.product_id) is None:
            if len(self.items) >= MOST_PRODUCTS:
                raise CartFull(f"A cart holds at most {MOST_PRODUCTS} different products.")
            return replace(self, items=(*self.items, changed))
        items = (changed if item.product_id == changed.product_id else item for item in self.items)
        return replace(self, items=tuple(items))


def _with_quantity(item: CartItem, quantity: int, offer: OnOffer | None) -> CartItem:
    changed = replace(item, quantity=quantity)
    check_quantities([changed.wanted])
    if quantity > item.quantity and (offer is None or offer.units == 0):
        raise InsufficientStock([Shortage(item.product_id, quantity, 0)])
    return changed
