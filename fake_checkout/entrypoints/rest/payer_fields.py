"""Who pays, checked."""

import re
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

from fake_checkout.entrypoints.rest.documents import is_document
from fake_checkout.entrypoints.rest.member_fields import require_known
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import plain_numbers

PAYER = frozenset(
    {
        "email",
        "first_name",
        "last_name",
        "entity_type",
        "type",
        "id",
        "identification",
        "phone",
        "address",
        "operator_id",
    }
)
PAYER_TYPES = (None, "customer", "guest", "registered")
ENTITY_TYPES = (None, "individual", "association")
MAX_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def payer_from(payer: Any) -> dict[str, Any]:
    """Who pays. Raises Refused."""
    if not isinstance(payer, dict):
        raise Refused(4006, "payer attribute is malformed")
    require_known(payer, PAYER, "payer.")
    email = payer.get("email")
    if email is None and "id" in payer:
        _refuse_customer(payer)
    if isinstance(email, str) and len(email) > MAX_EMAIL:
        raise Refused(4051, f"payer.email must be shorter than {MAX_EMAIL} characters")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        raise Refused(4050, "payer.email must be a valid email")
    if payer.get("type") not in PAYER_TYPES:
        raise Refused(4029, "payer.type is invalid")
    if payer.get("entity_type") not in ENTITY_TYPES:
        raise Refused(4029, "payer.entity_type is invalid")
    for name in ("phone", "address"):
        if not isinstance(payer.get(name, {}), dict | None):
            raise Refused(4006, "payer attribute is malformed")
    _require_identification(payer.get("identification"))
    known = {name: plain_numbers(member) for name, member in payer.items()}
    return {**known, "id": str(payer.get("id") or _payer_id(email))}


def _refuse_customer(payer: Mapping[str, Any]) -> NoReturn:
    """A payer who is named by number alone must be one of the merchant's customers, and there are none."""
    if payer["id"] is None:
        raise Refused(4012, "payer.id attribute can't be null")
    if payer.get("type") is None:
        raise Refused(4013, "payer.type attribute can't be null")
    raise Refused(2002, "Customer not found")


def _require_identification(identification: Any) -> None:
    if identification is None:
        return
    if not isinstance(identification, dict):
        raise Refused(4006, "payer attribute is malformed")
    kind, number = identification.get("type"), identification.get("number")
    if not is_document(str(kind), str(number or "")):
        raise Refused(2067, "Invalid user identification number")


def _payer_id(email: str) -> str:
    """The same number for the same address, as for a payer whom the provider knows."""
    return str(1_000_000_000 + zlib.crc32(email.lower().encode()) % 1_000_000_000)
