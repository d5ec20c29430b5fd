"""Members of requests, checked one by one, with the provider's code for what is wrong."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from fake_checkout.domain.provider_time import read_time
from fake_checkout.domain.terms import MAX_AMOUNT
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, plain_numbers

MAX_URL = 248
MAX_TEXT = 255
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def amount_of(value: Any, *, null: int, not_numeric: int) -> int:
    """Centavos. Raises Refused with the code that fits."""
    if value is None:
        raise Refused(null, "transaction_amount attribute can't be null")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(not_numeric, "transaction_amount attribute must be numeric")
    if value <= 0:
        raise Refused(4037, "Invalid transaction_amount")
    # Compared first: a number of a million digits is not worth a multiplication.
    if value * 100 > MAX_AMOUNT or Decimal(value * 100) % 1 != 0:
        raise Refused(2072, "Invalid value for transaction_amount")
    return int(value * 100)


def flag_from(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """True or false. Raises Refused."""
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise Refused(PARAMS_ERROR, f"{name} attribute must be boolean")
    return value


def metadata_from(metadata: Any, *, snake_case: bool) -> dict[str, Any]:
    """The merchant's own members. Raises Refused."""
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise Refused(4022, "metadata attribute must be a valid JSON")
    kept: dict[str, Any] = plain_numbers(metadata)
    return _in_snake_case(kept) if snake_case else kept


def _in_snake_case(value: Any) -> Any:
    """The value with `orderId` as `order_id`, however deep."""
    if isinstance(value, dict):
        return {_CAPITAL.sub(r"_\1", name).lower(): _in_snake_case(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_in_snake_case(member) for member in value]
    return value


def expiration_from(text: Any) -> datetime | None:
    """Until when the merchant wants it to be payable. Raises Refused."""
    if text is None:
        return None
    try:
        return read_time(text)
    except (ValueError, TypeError) as error:
        description = "The following parameters must be valid date and format (yyyy-MM-dd'T'HH:mm:ssz)"
        raise Refused(23, f"{description} date_of_expiration") from error


def text_from(value: Any, name: str) -> str | None:
    """A text. Raises Refused."""
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refused(PARAMS_ERROR, f"{name} must be a text of at most {MAX_TEXT} characters")
    return value


def reference_from(value: Any) -> str | None:
    """The merchant's own number. Raises Refused."""
    if value is None:
        return None
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise Refused(PARAMS_ERROR, "external_reference must have 1 to 64 of A-Z a-z 0-9 _ -")
    return value


def notification_url_from(value: Any) -> str | None:
    """Where the merchant is to be told. Raises Refused."""
    if value is None:
        return None
    if isinstance(value, str) and len(value) > MAX_URL:
        raise Refused(4021, f"notification_url attribute must be shorter than {MAX_URL} character")
    if not isinstance(value, str) or not _is_web_address(value):
        raise Refused(4020, "notification_url attribute must be url valid")
    return value


def _is_web_address(text: str) -> bool:
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def require_known(members: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    """Raises Refused for a member that nobody knows."""
    for name in members:
        if name not in known:
            raise Refused(8, f"The name of the following parameters is wrong : [{where}{name}]")
