"""The provider's words for where a payment stands, and which may follow which.

https://www.mercadopago.com.br/developers, "payment status".
"""

from enum import StrEnum

from fake_checkout.domain.errors import UnknownStatusDetail


class Status(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    IN_PROCESS = "in_process"
    AUTHORIZED = "authorized"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    IN_MEDIATION = "in_mediation"


UNDECIDED = frozenset({Status.PENDING, Status.IN_PROCESS})
"""Nobody has said yes or no."""
CANCELLABLE = UNDECIDED | {Status.AUTHORIZED}
UNPAID = UNDECIDED | {Status.REJECTED, Status.CANCELLED}
"""No money has come, and none is set aside."""

_CARD_REJECTIONS = {
    "3ds_challenge",
    "3ds_mandatory",
    "bad_filled_card_number",
    "bad_filled_date",
    "bad_filled_other",
    "bad_filled_security_code",
    "blacklist",
    "call_for_authorize",
    "card_disabled",
    "card_error",
    "card_type_not_allowed",
    "duplicated_payment",
    "high_risk",
    "insufficient_amount",
    "invalid_installments",
    "max_attempts",
    "other_reason",
    "time_out",
}
DETAILS: dict[Status, frozenset[str]] = {
    Status.PENDING: frozenset(
        {
            "pending_waiting_transfer",
            "pending_waiting_payment",
            "pending_challenge",
            "pending_waiting_for_remedy",
        }
    ),
    Status.IN_PROCESS: frozenset(
        {
            "offline_process",
            "pending_contingency",
            "pending_review_manual",
            "deferred_retry",
            "pending_provider_response",
        }
    ),
    Status.AUTHORIZED: frozenset({"pending_capture"}),
    Status.APPROVED: frozenset(
        {"accredited", "partially_refunded", "partially_bpp_refunded", "partially_bpp_covered"}
    ),
    Status.REJECTED: frozenset(
        {
            *(f"cc_rejected_{reason}" for reason in _CARD_REJECTIONS),
            "bank_error",
            "bank_rejected",
            "cc_amount_rate_limit_exceeded",
            "insufficient_amount",
            "rejected_by_bank",
            "rejected_by_regulations",
            "rejected_high_risk",
            "rejected_insufficient_data",
            "rejected_other_reason",
        }
    ),
    Status.CANCELLED: frozenset({"by_collector", "by_payer", "by_admin", "expired"}),
    Status.REFUNDED: frozenset({"refunded", "by_admin", "bpp_refunded"}),
    Status.CHARGED_BACK: frozenset({"in_process", "settled", "reimbursed"}),
    Status.IN_MEDIATION: frozenset({"pending"}),
}
"""Every detail that a status can have."""
USUAL: dict[Status, str] = {
    Status.PENDING: "pending_waiting_transfer",
    Status.IN_PROCESS: "pending_review_manual",
    Status.AUTHORIZED: "pending_capture",
    Status.APPROVED: "accredited",
    Status.REJECTED: "rejected_by_bank",
    Status.CANCELLED: "by_payer",
    Status.REFUNDED: "by_admin",
    Status.CHARGED_BACK: "in_process",
    Status.IN_MEDIATION: "pending",
}
"""The detail where nobody names one."""
BY_PROGRAMME = frozenset({"partially_bpp_refunded", "partially_bpp_covered"})
"""The provider's own programme paid the buyer: the merchant's money is not touched."""

_TERMINAL: frozenset[Status] = frozenset()
MOVES: dict[Status, frozenset[Status]] = {
    Status.PENDING: CANCELLABLE | {Status.APPROVED, Status.REJECTED, Status.CANCELLED},
    Status.IN_PROCESS: frozenset(
        {Status.IN_PROCESS, Status.AUTHORIZED, Status.APPROVED, Status.REJECTED, Status.CANCELLED}
    ),
    Status.AUTHORIZED: frozenset({Status.APPROVED, Status.CANCELLED}),
    Status.APPROVED: frozenset({Status.APPROVED, Status.REFUNDED, Status.IN_MEDIATION, Status.CHARGED_BACK}),
    Status.IN_MEDIATION: frozenset({Status.APPROVED, Status.REFUNDED}),
    Status.CHARGED_BACK: frozenset({Status.CHARGED_BACK}),
    Status.REJECTED: _TERMINAL,
    Status.CANCELLED: _TERMINAL,
    Status.REFUNDED: _TERMINAL,
}
"""What may follow a status; the same again, where its detail may change."""


def require_detail(status: Status, status_detail: str) -> None:
    """Raises UnknownStatusDetail for a detail that the status does not have."""
    if status_detail not in DETAILS[status]:
        message = f"status_detail must be one of {', '.join(sorted(DETAILS[status]))}"
        raise UnknownStatusDetail(message)
