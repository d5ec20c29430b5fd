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


class TooManyRefunds(DomainError):
    """The payment has as many refunds as it can have."""

    slug = "too-many-refunds"
    kind = "conflict"
    title = "Too many refunds for this payment"


class NotEnoughBalance(DomainError):
    """The merchant's account does not hold what is to be given back."""

    slug = "not-enough-balance"
    kind = "conflict"
    title = "The collector has not enough money"


class PartialRefundNotSupported(DomainError):
    """This payment is given back as a whole or not at all."""

    slug = "partial-refund-not-supported"
    kind = "conflict"
    title = "Partial refunds are not supported for this payment"


class CaptureTooLarge(DomainError):
    """More than what was authorized was to be captured."""

    slug = "capture-too-large"
    kind = "invalid"
    title = "Invalid amount for update"


class CaptureNotSupported(DomainError):
    """Payments by this method are captured at once."""

    slug = "capture-not-supported"
    kind = "invalid"
    title = "Deferred capture not supported"


class UnknownCardToken(DomainError):
    """No card token of this account has this id."""

    slug = "unknown-card-token"
    kind = "invalid"
    title = "Card token not found"


class LiveMismatch(DomainError):
    """Live credentials and a card token of test credentials."""

    slug = "live-mismatch"
    kind = "invalid"
    title = "Unauthorized use of live credentials"


class CardNotForTest(DomainError):
    """Test credentials and a card token of live ones."""

    slug = "card-not-for-test"
    kind = "invalid"
    title = "Token must be for test"


class CardTokenNotValid(DomainError):
    """The token stood for its card before, or is too old."""

    slug = "card-token-not-valid"
    kind = "invalid"
    title = "Invalid card_token_id"


class MethodNotInferred(DomainError):
    """Nobody knows a way to pay with such a card."""

    slug = "method-not-inferred"
    kind = "invalid"
    title = "Cannot infer payment method"


class MethodMismatch(DomainError):
    """The card is not one of the method that was named."""

    slug = "method-mismatch"
    kind = "invalid"
    title = "The card is not of this payment method"


class InstallmentsNotValid(DomainError):
    """The method cannot be divided into so many parts."""

    slug = "installments-not-valid"
    kind = "invalid"
    title = "Invalid installments"


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
