"""What a manager says of a product."""

from typing import Any

from orders_service.domain.product import LARGEST_PRICE
from servicekit.http.money import Centavos
from servicekit.http.requests import StrictBoolean, StrictSchema, StrictString

LONGEST_NAME = 100
LONGEST_DESCRIPTION = 500
LONGEST_CATEGORY = 64


class Line(StrictString):
    """A text in one line, without blanks at its ends or twice in a row."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        return " ".join(super()._deserialize(value, attr, data, **options).split())


class NewProductSchema(StrictSchema):
    """The body of a creation. What is `counted` is sold while units are in stock; it begins with none."""

    name = Line(shortest=1, longest=LONGEST_NAME, required=True)
    description = Line(longest=LONGEST_DESCRIPTION, load_default="")
    category = StrictString(longest=LONGEST_CATEGORY, required=True)
    price = Centavos(lowest=0, highest=LARGEST_PRICE, required=True)
    counted = StrictBoolean(load_default=False)


class ProductEditSchema(StrictSchema):
    """The body of a change: only what it names is changed."""

    name = Line(shortest=1, longest=LONGEST_NAME)
    description = Line(longest=LONGEST_DESCRIPTION)
    category = StrictString(longest=LONGEST_CATEGORY)
    price = Centavos(lowest=0, highest=LARGEST_PRICE)
    active = StrictBoolean()
