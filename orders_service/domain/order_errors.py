"""What can go wrong about orders, from the checkout to the counter."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders_service.domain.errors import DomainError


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
