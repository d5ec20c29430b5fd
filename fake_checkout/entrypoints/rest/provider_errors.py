"""Errors as Mercado Pago's Payments API words them.

`{message, error, status, cause: [{code, description, data}]}`
"""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

import structlog
from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from fake_checkout.domain.errors import (
    ActionNotValid,
    CaptureNotSupported,
    CaptureTooLarge,
    CardNotForTest,
    CardTokenNotValid,
    DomainError,
    ExpirationNotValid,
    IdempotencyKeyInFlight,
    InstallmentsNotValid,
    LiveMismatch,
    MethodMismatch,
    MethodNotInferred,
    NotEnoughBalance,
    PartialRefundNotSupported,
    RefundNotValid,
    RefundTooLarge,
    RefundTooLate,
    TooManyRefunds,
    UnknownCardToken,
    UnknownPayment,
    UnknownRefund,
)

log = structlog.get_logger(__name__)

CODES: dict[type[DomainError], tuple[int, int, str]] = {
    UnknownPayment: (404, 2000, "Payment not found"),
    UnknownRefund: (404, 2000, "Refund not found"),
    ActionNotValid: (400, 2018, "The action requested is not valid for the current payment state"),
    RefundNotValid: (400, 2063, "The action requested is not valid for the current payment state"),
    RefundTooLate: (400, 2024, "Payment too old to be refunded"),
    RefundTooLarge: (400, 2017, "The transaction_amount is larger than what is left to refund"),
    TooManyRefunds: (400, 2022, "You have exceeded the max number of refunds for this payment"),
    NotEnoughBalance: (400, 2030, "The collector does not have enough available money in its account"),
    PartialRefundNotSupported: (
        400,
        3024,
        "Not valid action - partial refund unsupported for this transaction",
    ),
    CaptureTooLarge: (400, 2017, "The transaction_amount is larger than what is authorized"),
    CaptureNotSupported: (400, 2077, "Deferred capture not supported"),
    UnknownCardToken: (400, 2006, "Card Token not found"),
    CardTokenNotValid: (400, 3003, "Invalid card_token_id"),
    LiveMismatch: (401, 7, "Unauthorized use of live credentials"),
    CardNotForTest: (400, 3, "Token must be for test"),
    MethodNotInferred: (400, 2131, "Cannot infer Payment Method"),
    MethodMismatch: (400, 3014, "Invalid parameter payment_method_id"),
    InstallmentsNotValid: (400, 4033, "Invalid installments"),
    ExpirationNotValid: (400, 7523, "Invalid expiration date"),
    IdempotencyKeyInFlight: (409, 409, "A request with this X-Idempotency-Key is being processed"),
}
"""HTTP status, the provider's code, and its description."""


class Refused(Exception):
    """A request that the provider's API itself refuses, before any rule of payments is asked."""

    def __init__(self, code: int, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.code, self.description, self.status = code, description, status


class FieldsRefused(Exception):
    """A card of which several fields may be wrong: each with its code and what is said of it."""

    def __init__(self, wrong: Sequence[tuple[str, str]]) -> None:
        super().__init__(", ".join(code for code, _ in wrong))
        self.wrong = tuple(wrong)


def install_provider_errors(blueprint: Blueprint) -> None:
    """Answer every error of the blueprint as the provider does."""
    blueprint.register_error_handler(Refused, _from_refusal)
    blueprint.register_error_handler(FieldsRefused, _from_fields)
    blueprint.register_error_handler(DomainError, _from_domain)
    blueprint.register_error_handler(HTTPException, _from_werkzeug)
    blueprint.register_error_handler(Exception, _from_bug)


def provider_error(status: int, message: str, code: int | None = None, data: str | None = None) -> Response:
    """The classic body; without a code the list of causes is empty."""
    cause: list[dict[str, object]] = (
        [] if code is None else [{"code": code, "description": message, "data": data}]
    )
    return _answer(status, message, cause)


def _answer(status: int, message: str, cause: list[dict[str, object]]) -> Response:
    body = {"message": message, "error": _slug(status), "status": status, "cause": cause}
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")


def _from_refusal(refusal: Refused) -> Response:
    return provider_error(refusal.status, refusal.description, refusal.code, _data())


def _from_fields(refusal: FieldsRefused) -> Response:
    data = _data()
    cause: list[dict[str, object]] = [
        {"code": code, "description": description, "data": data} for code, description in refusal.wrong
    ]
    return _answer(400, "invalid parameters", cause)


def _from_domain(error: DomainError) -> Response:
    status, code, description = CODES[type(error)]
    return provider_error(status, description, code, _data())


def _from_werkzeug(error: HTTPException) -> Response:
    return provider_error(error.code or 500, error.name)


def _from_bug(error: Exception) -> Response:
    log.error("unhandled_error", exc_info=error)
    return provider_error(500, "Internal server error")


def _data() -> str:
    """When it happened, and an id to ask the provider's support about."""
    return f"{datetime.now(UTC):%d-%m-%YT%H:%M:%S}UTC;{uuid.uuid4()}"


def _slug(status: int) -> str:
    known = {429: "too_many_requests", 500: "internal_server_error"}
    return known.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
