"""Card numbers do not come this far: whoever pays by card gives theirs to the provider."""

import re

from flask import request
from stdnum import luhn
from stdnum.br import cnpj

from servicekit.http.problems import Problem

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# 13 to 19 digits, in groups or not, that are no part of a longer word.
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .-]?[0-9]){12,18}(?![0-9A-Za-z])")


def refuse_card_numbers() -> None:
    """Raises Problem 422 where the body of the request has what looks like one; it is said back nowhere."""
    text = _UUID.sub("", request.get_data(cache=True).decode("utf-8", "replace"))
    if any(_is_card_number(re.sub("[^0-9]", "", found)) for found in _LONG_NUMBER.findall(text)):
        detail = "No card number may be sent here: the provider's script makes a token of it in the browser."
        raise Problem(422, "card-number", "A card number", detail)


def _is_card_number(digits: str) -> bool:
    """A company's number, CNPJ, is as long as some cards' and may pass for one."""
    return luhn.is_valid(digits) and not cnpj.is_valid(digits)
