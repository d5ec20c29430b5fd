"""What may not be done, each with a stable slug and a kind that decides how it is reported."""

from typing import ClassVar, Literal

Kind = Literal["invalid", "not_found", "conflict", "forbidden", "unavailable"]


class DomainError(Exception):
    """The base of every refusal by a rule of this service. `str(error)` is said to the client."""

    slug: ClassVar[str] = "payment-rule"
    kind: ClassVar[Kind] = "conflict"
    title: ClassVar[str] = "A rule of payments was broken"

    def members(self) -> dict[str, object]:
        """What the problem tells besides its detail."""
        return {}


class UnknownCharge(DomainError):
    """The order is not known here (yet: its event may still be on the way)."""

    slug = "unknown-charge"
    kind = "not_found"
    title = "Unknown charge"


class UnknownPayment(DomainError):
    """No such payment in this store."""

    slug = "unknown-payment"
    kind = "not_found"
    title = "Unknown payment"


class NotOurs(DomainError):
    """No account has a payment of this number that was made for an order of ours."""

    slug = "not-ours"
    kind = "not_found"
    title = "Not a payment of ours"


class NoCode(DomainError):
    """The payment has no Pix code: not yet, or because its method has none."""

    slug = "no-pix-code"
    kind = "not_found"
    title = "No Pix code"


class NoAccountNumber(DomainError):
    """What was given for an access token tells no account."""

    slug = "no-account-number"
    kind = "invalid"
    title = "Not an access token"


class PaymentStillLive(DomainError):
    """Another attempt of this charge may still be paid."""

    slug = "payment-live"
    title = "Another attempt is live"


class AlreadyPaid(DomainError):
    """The charge is settled: an approved payment is kept."""

    slug = "already-paid"
    title = "The order is already paid"


class NoAttemptsLeft(DomainError):
    """Every attempt that the charge allows was made."""

    slug = "no-attempts-left"
    title = "No attempts left"


class ChargeEnded(DomainError):
    """The order is to end, has ended, or its deadline has passed: nothing more is charged for it."""

    slug = "charge-closed"
    title = "The charge is closed"


class NotRefundable(DomainError):
    """The payment holds no money that could be given back."""

    slug = "not-refundable"
    title = "The payment holds no money"


class InvalidAmount(DomainError):
    """An amount of money that cannot be meant."""

    slug = "invalid-amount"
    kind = "invalid"
    title = "Invalid amount"


class RefundTooLarge(DomainError):
    """More than is left would be given back."""

    slug = "refund-too-large"
    title = "More than is left"

    def __init__(self, detail: str, left: int) -> None:
        super().__init__(detail)
        self.left = left

    def members(self) -> dict[str, object]:
        """What is left, as a decimal string in reais."""
        return {"left": f"{self.left // 100}.{self.left % 100:02d}"}


class WholeRefundBeforeFinished(DomainError):
    """All the money back while the kitchen still works: the order is to be cancelled instead."""

    slug = "order-not-finished"
    title = "The order is not finished"


class UntrustedNotification(Exception):
    """A notice that the provider may not have sent. The reason is for the log, never for the caller."""
