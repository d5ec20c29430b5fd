"""A card as a browser sends it, checked field by field; every field that is wrong is named in one answer.

No number and no security code leaves this module, not even in what is said of them.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from stdnum import luhn

from fake_checkout.domain.card import FOUR, SIX, Card
from fake_checkout.domain.method import Method, method_of
from fake_checkout.entrypoints.rest.documents import is_document
from fake_checkout.entrypoints.rest.provider_errors import FieldsRefused, Refused

LENGTHS = range(13, 20)
MONTHS = range(1, 13)
LAST_YEAR = 2099
LONGEST_NAME = 100
CENTURY = 2000
Wrong = tuple[str, str]


def card_from(body: Mapping[str, Any], now: datetime) -> Card:
    """The card. Raises FieldsRefused with every field that is missing or invalid."""
    if body.get("card_id") is not None:
        raise Refused(2010, "Card not found")
    number = re.sub(r"[ -]", "", _text(body.get("card_number")))
    code = _text(body.get("security_code"))
    month, year = (_text(body.get(f"expiration_{unit}")) for unit in ("month", "year"))
    holder = body.get("cardholder")
    holder = holder if isinstance(holder, dict) else {}
    name, document = _text(holder.get("name")).strip(), holder.get("identification")
    method = method_of(number[:SIX])
    wrong = [
        *_wrong_number(number, method),
        *_wrong_code(code, method),
        *_wrong_expiry(month, year, now),
        *_wrong_name(name),
        *_wrong_document(document),
    ]
    if wrong:
        raise FieldsRefused(wrong)
    return Card(
        first_six_digits=number[:SIX],
        last_four_digits=number[-FOUR:],
        length=len(number),
        security_code_length=len(code),
        expiration_month=int(month),
        expiration_year=_full_year(year),
        holder=name,
        identification={"type": document["type"], "number": _text(document["number"])} if document else {},
    )


def _wrong_number(number: str, method: Method | None) -> Iterator[Wrong]:
    if not number:
        yield "205", "parameter cardNumber can not be null/empty"
    elif not _is_number(number, method):
        yield "E301", "invalid parameter cardNumber"


def _is_number(number: str, method: Method | None) -> bool:
    lengths = LENGTHS if method is None else method.lengths
    return _is_digits(number) and len(number) in lengths and luhn.is_valid(number)


def _wrong_code(code: str, method: Method | None) -> Iterator[Wrong]:
    lengths = (3, 4) if method is None else (method.security_code_length,)
    if not code:
        yield "224", "parameter securityCode can not be null/empty"
    elif not _is_digits(code) or len(code) not in lengths:
        yield "E203", "invalid parameter securityCode"


def _wrong_expiry(month: str, year: str, now: datetime) -> Iterator[Wrong]:
    month_is_right = _is_digits(month) and len(month) in {1, 2} and int(month) in MONTHS
    year_is_right = _is_digits(year) and len(year) in {2, 4} and now.year <= _full_year(year) <= LAST_YEAR
    if not month:
        yield "208", "parameter cardExpirationMonth can not be null/empty"
    elif not month_is_right or (year_is_right and (_full_year(year), int(month)) < (now.year, now.month)):
        yield "325", "invalid parameter cardExpirationMonth"
    if not year:
        yield "209", "parameter cardExpirationYear can not be null/empty"
    elif not year_is_right:
        yield "326", "invalid parameter cardExpirationYear"


def _wrong_name(name: str) -> Iterator[Wrong]:
    if not name:
        yield "221", "parameter cardholderName can not be null/empty"
    elif len(name) > LONGEST_NAME or not re.fullmatch(r"[^\W\d_][\w '.-]*", name):
        yield "316", "invalid parameter cardholderName"


def _wrong_document(document: Any) -> Iterator[Wrong]:
    if document is None:
        return
    given = document if isinstance(document, dict) else {}
    kind, number = given.get("type"), _text(given.get("number"))
    if not kind:
        yield "212", "parameter docType can not be null/empty"
    elif kind not in {"CPF", "CNPJ"}:
        yield "322", "invalid parameter docType"
    if not number:
        yield "214", "parameter docNumber can not be null/empty"
    elif kind in {"CPF", "CNPJ"} and not is_document(kind, number):
        yield "324", "invalid parameter docNumber"


def _text(value: Any) -> str:
    """A text or a whole number as text; nothing else can be one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _full_year(year: str) -> int:
    return int(year) if len(year) > 2 else CENTURY + int(year)  # noqa: PLR2004 - 30 is 2030
