"""What things cost at a moment: the one place where promotions take something off a price.

What is shown in the catalogue, what a cart says and what an order charges all come from here. The rule, to
the centavo: of the promotions that run for a product, the one that takes most off one unit wins, alone; what
a percentage takes off one unit is rounded half up to the centavo; only then is it multiplied by the quantity.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orders_service.domain.product import Product
from orders_service.domain.promotion import Promotion


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs, in centavos: 0 <= discount <= listed. `promotion_id` names who gave a discount."""

    listed: int
    discount: int = 0
    promotion_id: str | None = None

    @property
    def to_pay(self) -> int:
        """What is left to pay for one unit."""
        return self.listed - self.discount

    @property
    def promotional(self) -> int | None:
        """What is left to pay, where a promotion takes something off; else None."""
        return self.to_pay if self.discount else None


def prices_of(
    products: Iterable[Product], promotions: Iterable[Promotion], now: datetime
) -> dict[str, Price]:
    """The price of each product at this moment, by product id.

    Promotions that do not run now, or are for other products, change nothing.
    """
    running = [promotion for promotion in promotions if promotion.runs(now)]
    return {product.id: _price(product, running) for product in products}


def _price(product: Product, running: list[Promotion]) -> Price:
    covering = [promotion for promotion in running if promotion.target.covers(product)]
    # Of equal ones the oldest, so that everybody who asks names the same.
    best = min(covering, key=lambda one: (-one.reduction.off(product.price), one.id), default=None)
    discount = best.reduction.off(product.price) if best is not None else 0
    return Price(product.price, discount, best.id) if best is not None and discount else Price(product.price)
