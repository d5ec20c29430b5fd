"""The payment provider, as far as this service needs it."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payment_service.domain.calls import CreateCall, RefundCall
from payment_service.domain.provider import (
    Answered,
    NotMade,
    PaymentOutcome,
    ProviderPayment,
    ProviderRefund,
    RefundOutcome,
    Refused,
    Unknown,
)

PaymentsOutcome = Answered[tuple[ProviderPayment, ...]] | Refused | Unknown | NotMade
RefundsOutcome = Answered[tuple[ProviderRefund, ...]] | Refused | Unknown | NotMade


@dataclass(frozen=True, slots=True)
class PaymentsPage:
    """A part of a list, in the order of the provider's numbers, and how long the list is.

    `unreadable` are the numbers of those of the part that make no sense to us.
    """

    total: int
    payments: tuple[ProviderPayment, ...]
    unreadable: tuple[str, ...] = ()


PageOutcome = Answered[PaymentsPage] | Refused | Unknown | NotMade


class PaymentGatewayPort(Protocol):
    """Each call takes bounded time, raises nothing, and is answered, refused, or nobody knows.

    Unknown are timeouts, lost connections, faults of the provider, and answers that make no sense. Where
    those were all that came of late, or the provider wants to be left alone, a call is not made.
    """

    @abstractmethod
    def create(self, call: CreateCall) -> PaymentOutcome:
        """Make a payment. Idempotent by the attempt's id: said again, it gives the payment made before."""
        raise NotImplementedError

    @abstractmethod
    def get(self, provider_id: str) -> PaymentOutcome:
        """How a payment stands."""
        raise NotImplementedError

    @abstractmethod
    def search(self, order_id: str) -> PaymentsOutcome:
        """The payments that carry this order as reference. One that was just made may be missing yet."""
        raise NotImplementedError

    @abstractmethod
    def changed(self, since: datetime, offset: int) -> PageOutcome:
        """All payments of the account that changed since then, whoever made them; some, after the first ones.

        In the order of their numbers, which never changes.
        """
        raise NotImplementedError

    @abstractmethod
    def cancel(self, provider_id: str) -> PaymentOutcome:
        """End a payment that nobody has paid; refused when it is too late. Idempotent in its effect."""
        raise NotImplementedError

    @abstractmethod
    def refund(self, call: RefundCall) -> RefundOutcome:
        """Return money. Idempotent by the refund's id."""
        raise NotImplementedError

    @abstractmethod
    def list_refunds(self, provider_id: str) -> RefundsOutcome:
        """Every refund of a payment, whoever asked for it."""
        raise NotImplementedError
