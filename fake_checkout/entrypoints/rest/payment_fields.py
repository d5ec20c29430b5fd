"""A merchant's request for a payment, checked field by field, with the provider's code for what is wrong."""

import re
import zlib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from stdnum.br import cnpj, cpf

from fake_checkout.domain.payment import MAX_AMOUNT
from fake_checkout.domain.provider_time import read_time
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, plain_numbers
from fake_checkout.usecases.create_payment_usecase import CreatePaymentRequest

KNOWN = frozenset(
    {
        "transaction_amount",
        "payment_method_id",
        "payer",
        "description",
        "external_reference",
        "notification_url",
        "date_of_expiration",
        "metadata",
        "capture",
    }
)
KEPT = frozenset(
    {
        "additional_info",
        "application_fee",
        "binary_mode",
        "callback_url",
        "campaign_id",
        "coupon_amount",
        "coupon_code",
        "differential_pricing_id",
        "forward_data",
        "installments",
        "issuer_id",
        "point_of_interaction",
        "sponsor_id",
        "statement_descriptor",
        "three_d_secure_mode",
        "token",
        "transaction_details",
    }
)
"""Accepted and kept; for Pix they change nothing."""
ADDITIONAL_INFO = frozenset({"ip_address", "items", "payer", "shipments", "barcode"})
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
MAX_URL = 248
MAX_TEXT = 255
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def payment_request(body: Mapping[str, Any]) -> CreatePaymentRequest:
    """The request, checked. Raises Refused with the first thing that is wrong."""
    _require_known(body, KNOWN | KEPT, "")
    amount = _amount(body.get("transaction_amount"), null=4002, not_numeric=4003)
    _require_pix(body)
    return CreatePaymentRequest(
        amount=amount,
        payer=_payer(body.get("payer", {})),
        metadata=_metadata(body.get("metadata")),
        particulars=_particulars(body),
        expires_at=_expiration(body.get("date_of_expiration")),
        description=_text(body.get("description"), "description"),
        external_reference=_reference(body.get("external_reference")),
        notification_url=_notification_url(body.get("notification_url")),
    )


def refund_amount(body: Mapping[str, Any]) -> int | None:
    """Centavos to give back; None for all that is left. Raises Refused."""
    _require_known(body, frozenset({"amount", "metadata", "reason"}), "")
    if "amount" not in body:
        return None
    return _amount(body["amount"], null=4023, not_numeric=4024)


def _amount(value: Any, *, null: int, not_numeric: int) -> int:
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


def _require_pix(body: Mapping[str, Any]) -> None:
    method = body.get("payment_method_id")
    if method is None:
        if body.get("token"):
            raise Refused(2131, "Cannot infer Payment Method")
        raise Refused(4001, "payment_method_id attribute can't be null")
    if method != "pix":
        raise Refused(3028, "Invalid payment_method_id")
    if body.get("capture") is False:
        raise Refused(2077, "Deferred capture not supported")


def _payer(payer: Any) -> dict[str, Any]:
    if not isinstance(payer, dict):
        raise Refused(4006, "payer attribute is malformed")
    _require_known(payer, PAYER, "payer.")
    email = payer.get("email")
    if isinstance(email, str) and len(email) > MAX_EMAIL:
        raise Refused(4051, f"payer.email must be shorter than {MAX_EMAIL} characters")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        raise Refused(4050, "payer.email must be a valid email")
    if payer.get("type") not in PAYER_TYPES:
        raise Refused(4029, "payer.type is invalid")
    if payer.get("entity_type") not in ENTITY_TYPES:
        raise Refused(4029, "payer.entity_type is invalid")
    _require_identification(payer.get("identification"))
    known = {name: plain_numbers(member) for name, member in payer.items()}
    return {**known, "id": str(payer.get("id") or _payer_id(email))}


def _require_identification(identification: Any) -> None:
    if identification is None:
        return
    if not isinstance(identification, dict):
        raise Refused(4006, "payer attribute is malformed")
    digits = str(identification.get("number") or "")
    is_valid = {"CPF": cpf.is_valid, "CNPJ": cnpj.is_valid}.get(str(identification.get("type")))
    # The check digits of 111.111.111-11 are right; no such document exists.
    repeated = len(set(re.sub(r"\W", "", digits))) == 1
    if is_valid is None or repeated or not is_valid(digits):
        raise Refused(2067, "Invalid user identification number")


def _payer_id(email: str) -> str:
    """The same number for the same address, as for a payer whom the provider knows."""
    return str(1_000_000_000 + zlib.crc32(email.lower().encode()) % 1_000_000_000)


def _metadata(metadata: Any) -> dict[str, Any]:
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise Refused(4022, "metadata attribute must be a valid JSON")
    return {name: plain_numbers(member) for name, member in metadata.items()}


def _particulars(body: Mapping[str, Any]) -> dict[str, Any]:
    info = body.get("additional_info")
    if info is not None:
        if not isinstance(info, dict):
            raise Refused(PARAMS_ERROR, "additional_info attribute is malformed")
        _require_known(info, ADDITIONAL_INFO, "additional_info.")
    return {name: plain_numbers(body[name]) for name in sorted(KEPT & set(body)) if name != "token"}


def _expiration(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        return read_time(text)
    except (ValueError, TypeError) as error:
        description = "The following parameters must be valid date and format (yyyy-MM-dd'T'HH:mm:ssz)"
        raise Refused(23, f"{description} date_of_expiration") from error


def _text(value: Any, name: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refused(PARAMS_ERROR, f"{name} must be a text of at most {MAX_TEXT} characters")
    return value


def _reference(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value):
        raise Refused(PARAMS_ERROR, "external_reference must have 1 to 64 of A-Z a-z 0-9 _ -")
    return value


def _notification_url(value: Any) -> str | None:
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


def _require_known(members: Mapping[str, Any], known: frozenset[str], where: str) -> None:
    for name in members:
        if name not in known:
            raise Refused(8, f"The name of the following parameters is wrong : [{where}{name}]")
