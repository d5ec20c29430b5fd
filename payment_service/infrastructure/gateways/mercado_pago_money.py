"""Amounts as Mercado Pago writes them, in reais, and as we count them, in centavos. None is guessed."""

import re
from decimal import Decimal
from typing import Any

CENTS = 2
MOST_REAIS = 10**10
WRITTEN_AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?")


class Nonsense(Exception):
    """The answer cannot be understood."""


def reais(centavos: int) -> float:
    """An amount as the JSON number that is written for it.

    The shortest text of the float nearest to a number of two places is that number, for all amounts that the
    provider takes; nothing is ever calculated with it.
    """
    return centavos / 100


def centavos(amount: Any) -> int:
    """A number, or a text of digits, in reais. Raises Nonsense for what is no amount of money."""
    if isinstance(amount, str) and WRITTEN_AMOUNT.fullmatch(amount):
        amount = Decimal(amount)
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal):
        raise Nonsense("an amount that is no number")
    exact = Decimal(amount)
    if not 0 <= exact <= MOST_REAIS or Decimal(exact.as_tuple().exponent) < -CENTS:
        raise Nonsense("an amount that is no sum of money")
    return int(exact * 100)
