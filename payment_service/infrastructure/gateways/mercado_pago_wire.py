"""Mercado Pago's words and ours: how its JSON is written and read. What is not understood is not guessed.

Every text that is read can be stored and printed, and is of bounded length.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import structlog

from payment_service.domain import brcode
from payment_service.domain.provider import (
    ProviderPayment,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
)
from payment_service.infrastructure.gateways.mercado_pago_money import Nonsense, centavos
from payment_service.ports.payment_gateway_port import PaymentsPage

ITS_ZONE = timezone(timedelta(hours=-4))
LONGEST_ID = 64
LONGEST_TEXT = 2048
YEARS = range(2000, 2100)
"""Times of other years are no payment's; near the ends of time neither zones nor databases hold them."""
WRITTEN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

ITS_PIX = "pix"
"""The method of a payment that is one by Pix; a card's is the name of its brand."""
STATUSES = {
    "pending": ProviderStatus.PENDING,
    "in_process": ProviderStatus.PENDING,
    "authorized": ProviderStatus.PENDING,
    "approved": ProviderStatus.APPROVED,
    "in_mediation": ProviderStatus.APPROVED,
    "refunded": ProviderStatus.APPROVED,
    "rejected": ProviderStatus.REJECTED,
    "cancelled": ProviderStatus.CANCELLED,
    "charged_back": ProviderStatus.CHARGED_BACK,
}
DETAILED = {
    ("cancelled", "expired"): ProviderStatus.EXPIRED,
    ("charged_back", "reimbursed"): ProviderStatus.APPROVED,
}
REFUND_STATUSES = {
    "approved": ProviderRefundStatus.DONE,
    "in_process": ProviderRefundStatus.IN_PROCESS,
    "authorized": ProviderRefundStatus.IN_PROCESS,
    "rejected": ProviderRefundStatus.REFUSED,
    "cancelled": ProviderRefundStatus.REFUSED,
}

log = structlog.get_logger(__name__)


def written_time(instant: datetime) -> str:
    """An instant as the provider writes it: yyyy-MM-ddTHH:mm:ss.SSS-04:00."""
    return instant.astimezone(ITS_ZONE).isoformat(timespec="milliseconds")


def read_payment(body: Any) -> ProviderPayment:
    """A payment. Raises Nonsense."""
    payment = _object(body)
    provider_id = _id(payment.get("id"))
    return ProviderPayment(
        id=provider_id,
        status=_status(payment),
        detail=_word(payment.get("status_detail")),
        amount=centavos(payment.get("transaction_amount")),
        currency=_text(payment.get("currency_id")) or "",
        reference=_text(payment.get("external_reference")),
        collector=_collector(payment.get("collector_id")),
        payment_id=_text(_object(payment.get("metadata") or {}).get("payment_id")),
        store=_text(_object(payment.get("metadata") or {}).get("store")),
        by_card=payment.get("payment_method_id", ITS_PIX) != ITS_PIX,
        qr_code=_code(payment, provider_id),
        ticket_url=_address(_transaction_data(payment).get("ticket_url")),
        expires_at=_time(payment.get("date_of_expiration")),
        approved_at=_time(payment.get("date_approved")),
        updated_at=_time(payment.get("date_last_updated")),
        refunds=_known_refunds(payment.get("refunds") or [], provider_id),
    )


def read_payments(body: Any) -> tuple[ProviderPayment, ...]:
    """What a search found. Raises Nonsense."""
    results = _object(body).get("results")
    if not isinstance(results, list):
        raise Nonsense("a search without results")
    return tuple(read_payment(result) for result in results)


def read_page(body: Any) -> PaymentsPage:
    """A part of a list of payments, whoever made them. Raises Nonsense.

    One that makes no sense to us can be somebody else's, and does not hide the others.
    """
    results, paging = _object(body).get("results"), _object(_object(body).get("paging"))
    total = paging.get("total")
    if not isinstance(results, list) or not isinstance(total, int):
        raise Nonsense("a list without results or their number")
    payments, unreadable = [], []
    for result in results:
        try:
            payments.append(read_payment(result))
        except Nonsense:
            unreadable.append(_id(_object(result).get("id")))
    return PaymentsPage(total, tuple(payments), tuple(unreadable))


def read_refund(body: Any) -> ProviderRefund:
    """A refund. Raises Nonsense."""
    refund = _object(body)
    status = refund.get("status")
    if not isinstance(status, str) or status not in REFUND_STATUSES:
        raise Nonsense(f"unknown refund status {status!r}"[:100])
    amount = centavos(refund.get("amount"))
    if not amount:
        raise Nonsense("a refund of nothing")
    made_at = _time(refund.get("date_created"))
    return ProviderRefund(_id(refund.get("id")), amount, REFUND_STATUSES[status], made_at)


def read_refunds(body: Any) -> tuple[ProviderRefund, ...]:
    """The refunds of a payment, all of them, since what is not listed may be made. Raises Nonsense."""
    return tuple(read_refund(one) for one in _list(body))


def read_error(body: Any) -> str:
    """The code of a refusal: the first cause's, else the error's name. Raises Nonsense."""
    error = _object(body)
    causes = error.get("cause")
    first = causes[0] if isinstance(causes, list) and causes else {}
    code = first.get("code") if isinstance(first, dict) else None
    return _text(str(code) if isinstance(code, int) else code) or _text(error.get("error")) or "refused"


def _known_refunds(body: Any, provider_id: str) -> tuple[ProviderRefund, ...]:
    """The refunds told along with a payment; one that is not understood does not hide how the payment stands.

    It is not guessed either. Ours are asked for by themselves, and others count once they are understood.
    """
    known = []
    for one in _list(body):
        try:
            known.append(read_refund(one))
        except Nonsense:
            log.exception("provider_refund_not_understood", provider_id=provider_id)
    return tuple(known)


def _list(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise Nonsense("refunds that are no list")
    return body


def _status(payment: Mapping[str, Any]) -> ProviderStatus:
    status, detail = payment.get("status"), payment.get("status_detail")
    if not isinstance(status, str) or status not in STATUSES:
        raise Nonsense(f"unknown status {status!r}"[:100])
    if not isinstance(detail, str):
        return STATUSES[status]
    return DETAILED.get((status, detail), STATUSES[status])


def _code(payment: Mapping[str, Any], provider_id: str) -> str | None:
    code = _transaction_data(payment).get("qr_code")
    if not isinstance(code, str) or not code:
        return None
    if not brcode.is_valid(code) or len(code.encode()) > LONGEST_TEXT:
        log.error("pix_code_not_trusted", provider_id=provider_id)
        return None
    return code


def _transaction_data(payment: Mapping[str, Any]) -> Mapping[str, Any]:
    point = _object(payment.get("point_of_interaction") or {})
    return _object(point.get("transaction_data") or {})


def _address(text: Any) -> str | None:
    if not isinstance(text, str) or not text.startswith(("https://", "http://")):
        return None
    return text if text.isprintable() and len(text) <= LONGEST_TEXT else None


def _object(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise Nonsense("not an object")
    return body


def _id(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not WRITTEN_ID.fullmatch(text):
        raise Nonsense("no id")
    return text


def _collector(value: Any) -> str | None:
    """A number, in the API; documents have shown some numbers as texts."""
    return _word(str(value) if isinstance(value, int) else value)


def _text(value: Any) -> str | None:
    return value[:LONGEST_ID] if isinstance(value, str) and value.isprintable() else None


def _word(value: Any) -> str | None:
    text = _text(value)
    return text if text and WRITTEN_ID.fullmatch(text) else None


def _time(value: Any) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        if instant is None or instant.tzinfo is None:
            return None
        in_utc = instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return in_utc if in_utc.year in YEARS else None
