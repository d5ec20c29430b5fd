"""What the payment provider can tell us, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class ProviderStatus(StrEnum):
    """Where a payment stands at the provider.

    APPROVED also while it is disputed and after it was refunded: the money came, and what went back is in its
    refunds. A reimbursed chargeback is APPROVED again.
    """

    PENDING = "PENDING"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    APPROVED = "APPROVED"
    CHARGED_BACK = "CHARGED_BACK"


RANKS = {
    ProviderStatus.PENDING: 1,
    ProviderStatus.REJECTED: 2,
    ProviderStatus.CANCELLED: 2,
    ProviderStatus.EXPIRED: 2,
    ProviderStatus.APPROVED: 3,
    ProviderStatus.CHARGED_BACK: 4,
}
WITH_MONEY = (ProviderStatus.APPROVED, ProviderStatus.CHARGED_BACK)
ENDED_WITHOUT_MONEY = (ProviderStatus.REJECTED, ProviderStatus.CANCELLED, ProviderStatus.EXPIRED)


class ProviderRefundStatus(StrEnum):
    """Where a refund stands at the provider."""

    IN_PROCESS = "IN_PROCESS"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """A refund as the provider knows it; the amount in centavos, `made_at` by the provider's clock."""

    id: str
    amount: int
    status: ProviderRefundStatus
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """A payment as the provider knows it; the amount in centavos.

    `reference` is the order's id, `store` its store and `payment_id` our own id of the attempt, all as we
    sent them along. `collector` is the number of the account that is paid, where the answer tells it: not all
    do. `approved_at` is the provider's time at which the money came. `qr_code` is left out when its check sum
    is wrong. `by_card`: it is paid by a card, and else by Pix. `updated_at` is the provider's time of its
    last change.
    """

    id: str
    status: ProviderStatus
    amount: int
    currency: str
    reference: str | None
    detail: str | None = None
    payment_id: str | None = None
    collector: str | None = None
    store: str | None = None
    by_card: bool = False
    qr_code: str | None = None
    ticket_url: str | None = None
    expires_at: datetime | None = None
    approved_at: datetime | None = None
    updated_at: datetime | None = None
    refunds: tuple[ProviderRefund, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """The provider said this."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider understood and declined; nothing changed there. `code` is its own, for people and logs."""

    code: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the provider acted. `retry_after` are seconds that it asked us to wait."""

    reason: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class NotMade:
    """The provider was not asked, so nothing changed there; it is not worth asking for so many seconds.

    `why` it could not be asked, where somebody has to see to that.
    """

    wait: int
    why: str | None = None


PaymentOutcome = Answered[ProviderPayment] | Refused | Unknown | NotMade
RefundOutcome = Answered[ProviderRefund] | Refused | Unknown | NotMade
