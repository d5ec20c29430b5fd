"""What can go wrong about carts."""

from orders_service.domain.errors import DomainError


class CartNotFound(DomainError):
    """The store has no such cart: it never had, or the cart has expired, was deleted, or became an order."""

    slug = "cart-not-found"
    kind = "not_found"
    title = "Cart not found"

    def __init__(self, cart_id: str) -> None:
        super().__init__(f"There is no cart {cart_id}.")


class NotInCart(DomainError):
    """The cart has nothing of the product."""

    slug = "not-in-cart"
    kind = "not_found"
    title = "Not in the cart"

    def __init__(self, product_id: str) -> None:
        super().__init__(f"The cart has no product {product_id}.")


class CartFull(DomainError):
    """The cart would hold more different products than an order may name."""

    slug = "cart-full"
    kind = "invalid"
    title = "Cart full"


class CartEmpty(DomainError):
    """There is nothing in the cart to order."""

    slug = "cart-empty"
    kind = "invalid"
    title = "Cart empty"


class CartUsed(DomainError):
    """An order was made of the cart, and no cart makes two.

    The problem names the order: whoever knows the cart is the customer whose order it is, perhaps one who
    never got the answer.
    """

    slug = "cart-used"
    kind = "conflict"
    title = "Cart used"

    def __init__(self, order_id: str) -> None:
        super().__init__("An order was made of this cart already.")
        self.order_id = order_id

    def members(self) -> dict[str, object]:
        """The order."""
        return {"order_id": self.order_id}


class CartContended(DomainError):
    """Others changed the cart again and again at the same moment. Nothing of theirs is lost."""

    slug = "cart-contended"
    kind = "conflict"
    title = "Cart changed meanwhile"


class CartsUnavailable(DomainError):
    """Where carts are kept cannot be reached. What needs no cart goes on."""

    slug = "carts-unavailable"
    kind = "unavailable"
    title = "Carts are unavailable"
