"""What can go wrong by the restaurant's own rules. `str(error)` is the detail that a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Literal

Kind = Literal["invalid", "not_found", "conflict", "forbidden", "unsupported", "unavailable"]


class DomainError(Exception):
    """A rule was broken. `slug` names which, for good; `kind` says how a door should answer."""

    slug: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def members(self) -> dict[str, object]:
        """What the problem tells beside its detail."""
        return {}


class InvalidCpf(DomainError):
    """The text is no CPF, or its check digits do not fit."""

    slug = "invalid-cpf"
    kind = "invalid"
    title = "Invalid CPF"


class UnknownProduct(DomainError):
    """An order names products that the store does not sell."""

    slug = "unknown-product"
    kind = "invalid"
    title = "Unknown product"

    def __init__(self, product_ids: Sequence[str]) -> None:
        super().__init__(f"The store does not sell: {', '.join(product_ids)}.")
        self.product_ids = list(product_ids)

    def members(self) -> dict[str, object]:
        """The ids that are not sold."""
        return {"product_ids": self.product_ids}


class UnknownCategory(DomainError):
    """A product or a promotion is to be of a category that the store does not have."""

    slug = "unknown-category"
    kind = "invalid"
    title = "Unknown category"

    def __init__(self, category: str, categories: Sequence[str]) -> None:
        super().__init__(f"The store has no category {category}.")
        self.categories = list(categories)

    def members(self) -> dict[str, object]:
        """The categories that the store has."""
        return {"categories": self.categories}


class UnknownClient(DomainError):
    """Nobody is registered in the store under the CPF."""

    slug = "unknown-client"
    kind = "invalid"
    title = "Unknown client"


class CpfRegistered(DomainError):
    """Somebody has registered in the store under the CPF."""

    slug = "cpf-registered"
    kind = "conflict"
    title = "CPF already registered"

    def __init__(self) -> None:
        super().__init__("Somebody is registered with this CPF already.")


class ClientNotFound(DomainError):
    """The store has no such client, or has one no longer."""

    slug = "client-not-found"
    kind = "not_found"
    title = "Client not found"

    def __init__(self) -> None:
        super().__init__("There is no such client.")


class QuantityTooLarge(DomainError):
    """Summed over its lines, an order wants more of one product than may be ordered at once."""

    slug = "quantity-too-large"
    kind = "invalid"
    title = "Quantity too large"


class TotalTooLarge(DomainError):
    """The order comes to more than can be paid at once."""

    slug = "total-too-large"
    kind = "invalid"
    title = "Total too large"


class NothingToPay(DomainError):
    """The order comes to nothing, and no payment can be made of that."""

    slug = "nothing-to-pay"
    kind = "invalid"
    title = "Nothing to pay"


class EmptyWindow(DomainError):
    """A promotion would end before it starts."""

    slug = "empty-window"
    kind = "invalid"
    title = "Empty window"

    def members(self) -> dict[str, object]:
        """What is wrong, field by field."""
        return {"errors": {"ends_at": [str(self)]}}


@dataclass(frozen=True, slots=True)
class Shortage:
    """More units were asked of a product than are available."""

    product_id: str
    requested: int
    available: int


class InsufficientStock(DomainError):
    """Some products are short. Nothing was reserved."""

    slug = "insufficient-stock"
    kind = "conflict"
    title = "Insufficient stock"

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        super().__init__("There is not enough in stock. Nothing was reserved.")
        self.shortages = list(shortages)

    def members(self) -> dict[str, object]:
        """What is short, and by how much."""
        return {
            "shortages": [
                {"product_id": one.product_id, "requested": one.requested, "available": one.available}
                for one in self.shortages
            ]
        }


class TooManyUnpaidOrders(DomainError):
    """A client has so many orders that wait for their payment already."""

    slug = "too-many-unpaid-orders"
    kind = "conflict"
    title = "Too many unpaid orders"

    def __init__(self, most: int) -> None:
        super().__init__(f"You have {most} orders that are not paid. Pay or cancel one, and order again.")
        self.most = most

    def members(self) -> dict[str, object]:
        """How many there may be."""
        return {"most": self.most}


@dataclass(frozen=True, slots=True)
class CrowdedProduct:
    """Unpaid orders hold so much of a product that this order may hold no more than is allowed."""

    product_id: str
    requested: int
    allowed: int


class HeldByUnpaidOrders(DomainError):
    """There is enough of everything, but orders that nobody has paid yet hold too much of it."""

    slug = "held-by-unpaid-orders"
    kind = "conflict"
    title = "Held by unpaid orders"

    def __init__(self, products: Sequence[CrowdedProduct]) -> None:
        super().__init__(
            "It is not sold out, but orders that are not paid yet hold most of it. Order no more than is"
            " allowed, give a registered CPF, or try again in a few minutes."
        )
        self.products = list(products)

    def members(self) -> dict[str, object]:
        """What is held by others, and how much of it may be ordered now."""
        return {
            "products": [
                {"product_id": one.product_id, "requested": one.requested, "allowed": one.allowed}
                for one in self.products
            ]
        }


class BelowReserved(DomainError):
    """Fewer units would be on hand than orders have reserved."""

    slug = "below-reserved"
    kind = "conflict"
    title = "Below what is reserved"

    def __init__(self, on_hand: int, reserved: int) -> None:
        super().__init__(f"Orders have reserved {reserved} of these. Cancel some of them first, or wait.")
        self.on_hand = on_hand
        self.reserved = reserved

    def members(self) -> dict[str, object]:
        """What is there, and how many of it are promised."""
        return {"on_hand": self.on_hand, "reserved": self.reserved}


class WasteOnlyLowers(DomainError):
    """More units would be on hand for being wasted."""

    slug = "waste-only-lowers"
    kind = "conflict"
    title = "Waste only lowers the stock"

    def __init__(self, on_hand: int) -> None:
        super().__init__(f"There are {on_hand} on hand, and waste cannot make that more.")
        self.on_hand = on_hand

    def members(self) -> dict[str, object]:
        """What is there."""
        return {"on_hand": self.on_hand}


class TooMuchStock(DomainError):
    """More units of one product would be on hand than can be."""

    slug = "too-much-stock"
    kind = "conflict"
    title = "Too much stock"

    def __init__(self, on_hand: int, most: int) -> None:
        super().__init__(f"There are {on_hand} on hand; {most} is the most that can be.")
        self.on_hand = on_hand
        self.most = most

    def members(self) -> dict[str, object]:
        """What is there, and what may be."""
        return {"on_hand": self.on_hand, "most": self.most}


class NoNumberFree(DomainError):
    """No pickup number could be found that no open order carries."""

    slug = "no-number-free"
    kind = "unavailable"
    title = "No pickup number is free"


class OrderNotFound(DomainError):
    """The store has no such order."""

    slug = "order-not-found"
    kind = "not_found"
    title = "Order not found"

    def __init__(self, order_id: str) -> None:
        super().__init__(f"There is no order {order_id}.")


class ProductNotFound(DomainError):
    """The store has no such product."""

    slug = "product-not-found"
    kind = "not_found"
    title = "Product not found"

    def __init__(self, product_id: str) -> None:
        super().__init__(f"There is no product {product_id}.")


class PromotionNotFound(DomainError):
    """The store has no such promotion, or no longer."""

    slug = "promotion-not-found"
    kind = "not_found"
    title = "Promotion not found"

    def __init__(self, promotion_id: str) -> None:
        super().__init__(f"There is no promotion {promotion_id}.")


class CategoryNotFound(DomainError):
    """The store has no such category."""

    slug = "category-not-found"
    kind = "not_found"
    title = "Category not found"

    def __init__(self, category: str) -> None:
        super().__init__(f"There is no category {category}.")


class ImageNotFound(DomainError):
    """The store has no such image."""

    slug = "image-not-found"
    kind = "not_found"
    title = "Image not found"

    def __init__(self, image_hash: str) -> None:
        super().__init__(f"There is no image {image_hash}.")


class UnsupportedImage(DomainError):
    """The file is not of a kind of picture that can be taken."""

    slug = "unsupported-image"
    kind = "unsupported"
    title = "Unsupported image"


class TooManyPixels(DomainError):
    """The picture is larger than can be taken. It was not decoded."""

    slug = "too-many-pixels"
    kind = "invalid"
    title = "Too many pixels"


class BrokenImage(DomainError):
    """The file says that it is a picture, and cannot be decoded."""

    slug = "broken-image"
    kind = "invalid"
    title = "Broken image"


class StoreNotFound(DomainError):
    """There is no such store."""

    slug = "store-not-found"
    kind = "not_found"
    title = "Store not found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no store {slug}.")


class SlugTaken(DomainError):
    """There is a store of this slug."""

    slug = "slug-taken"
    kind = "conflict"
    title = "Slug taken"

    def __init__(self, store: str) -> None:
        super().__init__(f"There is a store {store} already.")


class UnknownTimeZone(DomainError):
    """The name is not one of the IANA's time zones."""

    slug = "unknown-time-zone"
    kind = "invalid"
    title = "Unknown time zone"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no IANA time zone, such as America/Sao_Paulo.")


class CategoryInUse(DomainError):
    """A store cannot give up a category that products on its menu are in."""

    slug = "category-in-use"
    kind = "conflict"
    title = "Category in use"

    def __init__(self, categories: Sequence[str]) -> None:
        super().__init__(f"The menu has products in: {', '.join(categories)}.")
        self.categories = list(categories)

    def members(self) -> dict[str, object]:
        """The categories that have to stay."""
        return {"categories": self.categories}


class StoreClosed(DomainError):
    """The store takes no orders at this time of the week."""

    slug = "store-closed"
    kind = "conflict"
    title = "Store closed"

    def __init__(self, opens_at: datetime) -> None:
        self.opens_at = opens_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        super().__init__(f"The store is closed. It opens at {self.opens_at}.")

    def members(self) -> dict[str, object]:
        """When it opens, by RFC 3339."""
        return {"opens_at": self.opens_at}


class IllegalStep(DomainError):
    """An order moves one step forward at a time, along the graph of its states."""

    slug = "illegal-step"
    kind = "conflict"
    title = "Illegal step"

    def __init__(self, status: str, wanted: str, allowed: Sequence[str]) -> None:
        super().__init__(f"An order that is {status} cannot become {wanted}.")
        self.status = status
        self.allowed = list(allowed)

    def members(self) -> dict[str, object]:
        """Where the order stands, and where it may go."""
        return {"order_status": self.status, "allowed": self.allowed}


class TooLateToCancel(DomainError):
    """Preparation has started (only the store may cancel then), or the order is finished."""

    slug = "too-late-to-cancel"
    kind = "conflict"
    title = "Too late to cancel"

    def __init__(self, status: str) -> None:
        super().__init__(f"An order that is {status} can no longer be cancelled.")
        self.status = status

    def members(self) -> dict[str, object]:
        """Where the order stands."""
        return {"order_status": self.status}


class UsernameTaken(DomainError):
    """The store has a member of staff of that name."""

    slug = "username-taken"
    kind = "conflict"
    title = "Username taken"

    def __init__(self, username: str) -> None:
        super().__init__(f"The store has somebody called {username} already.")


class WeakPassword(DomainError):
    """The password is too short, or is the username."""

    slug = "weak-password"
    kind = "invalid"
    title = "Weak password"


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


class InvalidUsername(DomainError):
    """The text cannot be a username."""

    slug = "invalid-username"
    kind = "invalid"
    title = "Invalid username"


class RoleForbidden(DomainError):
    """Nobody makes somebody of a role above their own."""

    slug = "role-forbidden"
    kind = "forbidden"
    title = "Role forbidden"

    def __init__(self, own: str, wanted: str) -> None:
        super().__init__(f"With the role {own} nobody makes somebody {wanted}.")


class StaffNotFound(DomainError):
    """The store has no such member of staff, or none that the caller may see."""

    slug = "staff-not-found"
    kind = "not_found"
    title = "Staff not found"

    def __init__(self, username: str) -> None:
        super().__init__(f"The store has nobody called {username}.")


class NotYourself(DomainError):
    """Nobody removes themselves: somebody has to be left who can add staff again."""

    slug = "not-yourself"
    kind = "conflict"
    title = "Not yourself"


class LastManager(DomainError):
    """A store keeps a manager: add the next one first."""

    slug = "last-manager"
    kind = "conflict"
    title = "Last manager"

    def __init__(self, username: str) -> None:
        super().__init__(f"{username} is the store's last manager: add the next one first.")


class TooManyFailures(DomainError):
    """Signing in under this name failed too often in a row. `wait` is how long it is locked."""

    slug = "too-many-requests"
    kind = "unavailable"
    title = "Too many requests"

    def __init__(self, wait: timedelta) -> None:
        super().__init__("Too many sign-ins failed. Try again later.")
        self.wait = wait
