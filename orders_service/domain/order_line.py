"""The lines of an order: what was agreed, copied from the catalogue on the day."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_errors import QuantityTooLarge
from orders_service.domain.pricing import Price
from orders_service.domain.product import Product

LARGEST_QUANTITY = 9_999


@dataclass(frozen=True, slots=True)
class WantedItem:
    """What a customer asks for. Its price is never the customer's to say."""

    product_id: str
    quantity: int
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Some units of one product. Price and name stay as they were, whatever becomes of the product.

    `unit_discount`, in centavos, is what the promotion took off each unit, whatever becomes of the promotion.
    """

    product_id: str
    name: str
    unit_price: int
    quantity: int
    notes: str | None
    unit_discount: int = 0
    promotion_id: str | None = None

    @property
    def total(self) -> int:
        """Centavos, before any discount."""
        return self.unit_price * self.quantity

    @property
    def discount(self) -> int:
        """Centavos that the promotion takes off all the units."""
        return self.unit_discount * self.quantity


def lines_of(
    items: Sequence[WantedItem], menu: Mapping[str, Product], prices: Mapping[str, Price]
) -> tuple[OrderLine, ...]:
    """The lines for what is wanted; the same product with the same notes is summed into one.

    `prices` has one for each product on the menu.

    Raises UnknownProduct naming every product that is not on the menu, QuantityTooLarge.
    """
    unknown = sorted({item.product_id for item in items} - menu.keys())
    if unknown:
        raise UnknownProduct(unknown)
    check_quantities(items)
    summed: dict[tuple[str, str | None], int] = {}
    for item in items:
        kind = (item.product_id, item.notes)
        summed[kind] = summed.get(kind, 0) + item.quantity
    return tuple(
        _line(menu[product_id], prices[product_id], quantity, notes)
        for (product_id, notes), quantity in summed.items()
    )


def _line(product: Product, price: Price, quantity: int, notes: str | None) -> OrderLine:
    return OrderLine(
        product.id, product.name, price.listed, quantity, notes, price.discount, price.promotion_id
    )


def units_by_product(lines: Sequence[OrderLine]) -> Counter[str]:
    """How many units of each product, over all the lines."""
    units: Counter[str] = Counter()
    for line in lines:
        units[line.product_id] += line.quantity
    return units


def check_quantities(items: Sequence[WantedItem]) -> None:
    """Raises QuantityTooLarge where, summed, more is wanted of a product than may be ordered at once."""
    units: Counter[str] = Counter()
    for item in items:
        units[item.product_id] += item.quantity
    if any(quantity > LARGEST_QUANTITY for quantity in units.values()):
        message = f"At most {LARGEST_QUANTITY} of a product may be ordered at once."
        raise QuantityTooLarge(message)
