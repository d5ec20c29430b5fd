"""A merchant's request for a payment, checked field by field, with the provider's code for what is wrong."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fake_checkout.domain.account import Account
from fake_checkout.domain.method import Method, method_named
from fake_checkout.entrypoints.rest.additional_info_fields import require_additional_info
from fake_checkout.entrypoints.rest.member_fields import (
    amount_of,
    expiration_from,
    flag_from,
    metadata_from,
    notification_url_from,
    reference_from,
    require_known,
    text_from,
)
from fake_checkout.entrypoints.rest.payer_fields import payer_from
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, plain_numbers
from fake_checkout.usecases.create_payment_usecase import CardRequest, CreatePaymentRequest

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
        "installments",
        "issuer_id",
        "token",
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
        "point_of_interaction",
        "sponsor_id",
        "statement_descriptor",
        "three_d_secure_mode",
        "transaction_details",
    }
)
"""Accepted and kept; most of them change nothing."""
MOST_INSTALLMENTS = 36
_TOKEN = re.compile(r"[0-9a-f]{32}")
_ISSUER = re.compile(r"[0-9]{1,15}")


def payment_request(body: Mapping[str, Any], account: Account, *, snake_case: bool) -> CreatePaymentRequest:
    """The request, checked. Raises Refused with the first thing that is wrong."""
    require_known(body, KNOWN | KEPT, "")
    amount = amount_of(body.get("transaction_amount"), null=4002, not_numeric=4003)
    card = _card(body)
    payer = payer_from(body.get("payer", {}))
    if payer["email"].lower() == account.email:
        raise Refused(2060, "The payer can't be the collector")
    _require_fee(body.get("application_fee"), amount)
    return CreatePaymentRequest(
        account=account,
        amount=amount,
        payer=payer,
        metadata=metadata_from(body.get("metadata"), snake_case=snake_case),
        particulars=_particulars(body),
        expires_at=expiration_from(body.get("date_of_expiration")),
        description=text_from(body.get("description"), "description"),
        external_reference=reference_from(body.get("external_reference")),
        notification_url=notification_url_from(body.get("notification_url")),
        card=card,
    )


def _card(body: Mapping[str, Any]) -> CardRequest | None:
    """How a card is to pay; None for Pix."""
    method, token = _method(body.get("payment_method_id")), body.get("token")
    captures_later = flag_from(body, "capture", default=True) is False
    if method is not None and not method.is_card:
        if captures_later:
            raise Refused(2077, "Deferred capture not supported")
        return None
    if token is None:
        if method is None:
            raise Refused(4001, "payment_method_id attribute can't be null")
        raise Refused(4000, "token attribute can't be null")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise Refused(2062, "Invalid card token")
    return CardRequest(
        token=token,
        installments=_installments(body.get("installments")),
        method=method,
        issuer_id=_issuer(body.get("issuer_id")),
        captures_later=captures_later,
        binary=flag_from(body, "binary_mode", default=False),
    )


def _method(method_id: Any) -> Method | None:
    if method_id is None:
        return None
    method = method_named(method_id) if isinstance(method_id, str) else None
    if method is None:
        raise Refused(3028, "Invalid payment_method_id")
    return method


def _installments(value: Any) -> int:
    if value is None:
        raise Refused(4004, "installments attribute can't be null")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(4005, "installments attribute must be numeric")
    if not 1 <= value <= MOST_INSTALLMENTS or value % 1:
        raise Refused(4033, "Invalid installments")
    return int(value)


def _issuer(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not _ISSUER.fullmatch(str(value)):
        raise Refused(PARAMS_ERROR, "issuer_id attribute must be numeric")
    return str(value)


def _require_fee(value: Any, amount: int) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(PARAMS_ERROR, "application_fee attribute must be numeric")
    if value < 0:
        raise Refused(4039, "application_fee cannot be a negative value")
    if value * 100 > amount:
        raise Refused(4038, "application_fee cannot be bigger than transaction_amount")


def _particulars(body: Mapping[str, Any]) -> dict[str, Any]:
    require_additional_info(body.get("additional_info"))
    return {name: plain_numbers(body[name]) for name in sorted(KEPT & set(body))}
