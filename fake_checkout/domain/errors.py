"""Everything that the provider refuses. Entrypoints turn these into the bodies that each door speaks."""

from typing import ClassVar, Literal

Kind = Literal["invalid", "not_found", "conflict"]


class DomainError(Exception):
    """A request that the rules refuse. The text of the exception is the detail."""

    slug: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def members(self) -> dict[str, object]:
        """What a problem says beside its text: nothing, here."""
        return {}


class UnknownPayment(DomainError):
    """No payment has this id."""

    slug = "unknown-payment"
    kind = "not_found"
    title = "Payment not found"


class UnknownRefund(DomainError):
    """The payment has no refund of this id."""

    slug = "unknown-refund"
    kind = "not_found"
    title = "Refund not found"


class UnknownDelivery(DomainError):
    """No webhook was sent under this id."""

    slug = "unknown-delivery"
    kind = "not_found"
    title = "Delivery not found"


class ActionNotValid(DomainError):
    """The payment's state does not allow what was asked."""

    slug = "action-not-valid"
    kind = "conflict"
    title = "The action requested is not valid for the current payment state"


class RefundNotValid(ActionNotValid):
    """Only approved money can be refunded."""

    slug = "refund-not-valid"


class RefundTooLate(DomainError):
    """The window for refunds has closed."""

    slug = "refund-too-late"
    kind = "conflict"
    title = "Payment too old to be refunded"


class RefundTooLarge(DomainError):
    """More than what is left was asked back."""

    slug = "refund-too-large"
    kind = "invalid"
    title = "Invalid amount for update"


class ExpirationNotValid(DomainError):
    """The code's life would be shorter or longer than the provider allows."""

    slug = "expiration-not-valid"
    kind = "invalid"
    title = "Invalid expiration date"


class UnknownStatusDetail(DomainError):
    """The provider has no such detail for this status."""

    slug = "unknown-status-detail"
    kind = "invalid"
    title = "Unknown status_detail"


class FaultNotValid(DomainError):
    """A fault rule that cannot be understood."""

    slug = "invalid-fault-rule"
    kind = "invalid"
    title = "Invalid fault rule"


class SwitchNotValid(DomainError):
    """No such switch, or no such position of it."""

    slug = "invalid-switch"
    kind = "invalid"
    title = "Invalid switch"


class IdempotencyKeyReused(DomainError):
    """The key was used before, with another body."""

    slug = "idempotency-key-reused"
    kind = "invalid"
    title = "X-Idempotency-Key already used with another body"


class IdempotencyKeyInFlight(DomainError):
    """The first request with this key has not been answered yet."""

    slug = "idempotency-key-in-flight"
    kind = "conflict"
    title = "A request with this X-Idempotency-Key is being processed"
