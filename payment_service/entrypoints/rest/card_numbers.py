"""Card numbers do not come this far: whoever pays by card gives theirs to the provider."""

import re

from flask import request

from servicekit.http.problems import Problem

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# 13 to 19 digits, in groups or not, that are no part of a longer word.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .-]?[0-9]){12,18}(?![0-9A-Za-z])")
_COMPANY_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)
COMPANY_DIGITS = 14


def refuse_card_numbers() -> None:
    """Raises Problem 422 where the body of the request has what looks like one; it is said back nowhere."""
    text = _UUID.sub("", request.get_data(cache=True).decode("utf-8", "replace"))
    if any(_is_card_number(re.sub("[^0-9]", "", found)) for found in _LONG_NUMBER.findall(text)):
        detail = "No card number may be sent here: the provider's script makes a token of it in the browser."
        raise Problem(422, "card-number", "A card number", detail)


def _is_card_number(digits: str) -> bool:
    return _sum_of_card(digits) % 10 == 0 and not _is_company(digits)


def _sum_of_card(digits: str) -> int:
    """Luhn's: every second digit from the right counts twice, as the sum of its own digits."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return sum(doubled) + sum(int(digit) for digit in digits[-1::-2])


def _is_company(digits: str) -> bool:
    """A CNPJ, which is as long as some card numbers: by its two check digits."""
    if len(digits) != COMPANY_DIGITS:
        return False
    for length in (12, 13):
        weights = _COMPANY_WEIGHTS[-length:]
        rest = sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=False)) % 11
        if int(digits[length]) != (0 if rest < 2 else 11 - rest):  # noqa: PLR2004 - the rule of its digits
            return False
    return True
