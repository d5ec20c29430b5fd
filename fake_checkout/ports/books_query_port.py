"""The books, to be read."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from fake_checkout.domain.card import CardToken
from fake_checkout.domain.delivery import Delivery, Notification
from fake_checkout.domain.faults import Faults
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import Refund
from fake_checkout.ports.unit_of_work_port import RecordedRequest

TimeColumn = Literal["date_created", "date_last_updated", "date_approved", "money_release_date"]
SortColumn = Literal["date_created", "date_last_updated", "date_approved", "money_release_date", "id"]


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Both ends belong to it; None is open."""

    column: TimeColumn = "date_created"
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentSearch:
    """What is looked for; None is anything."""

    collector_id: int | None = None
    external_reference: str | None = None
    status: str | None = None
    method: str | None = None
    payer_id: str | None = None
    within: TimeRange | None = None
    sort: SortColumn = "date_created"
    ascending: bool = False
    limit: int = 30
    offset: int = 0


@dataclass(frozen=True, slots=True)
class FoundPayments:
    """One page of a search, and how many there are in all."""

    total: int
    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class LoggedDelivery:
    """An attempt, and when the next one of its notification is due (told with its newest attempt alone)."""

    delivery: Delivery
    next_at: datetime | None


class BooksQueryPort(Protocol):
    """Reads without locks; nothing read here is saved again."""

    @abstractmethod
    def payment(self, payment_id: int) -> Payment:
        """The payment with its refunds. Raises UnknownPayment."""

    @abstractmethod
    def card_token(self, token_id: str) -> CardToken:
        """The token. Raises UnknownCardToken."""

    @abstractmethod
    def search(self, wanted: PaymentSearch) -> FoundPayments:
        """The payments that fit."""

    @abstractmethod
    def refund(self, payment_id: int, refund_id: int) -> Refund:
        """One refund. Raises UnknownPayment or UnknownRefund."""

    @abstractmethod
    def every_payment(self, *, newest: int | None = None) -> Sequence[Payment]:
        """All (or the newest) payments, newest first."""

    @abstractmethod
    def payments_after(self, payment_id: int, limit: int) -> Sequence[Payment]:
        """The next payments by number, which no later change moves to another place."""

    @abstractmethod
    def deliveries(self, payment_ids: Sequence[int] | None = None) -> Sequence[LoggedDelivery]:
        """The attempts about these payments, or all, oldest first."""

    @abstractmethod
    def untold(self, payment_ids: Sequence[int]) -> Sequence[Notification]:
        """What merchants are to be told of these payments and was never tried, soonest first."""

    @abstractmethod
    def requests(self) -> Sequence[RecordedRequest]:
        """The calls that were recorded, oldest first."""

    @abstractmethod
    def faults(self) -> Faults:
        """The rules in force."""

    @abstractmethod
    def switches(self) -> Mapping[str, str]:
        """The switches that testers turned, with their positions."""

    @abstractmethod
    def offset(self) -> timedelta:
        """How far the virtual clock is from the real one."""

    @abstractmethod
    def now(self) -> datetime:
        """The virtual time, UTC."""

    @abstractmethod
    def is_being_told(self, payment_id: int) -> bool:
        """Whether a merchant is now being told, or is at once to be told, something new of this payment."""

    @abstractmethod
    def notification_is_due(self) -> bool:
        """Whether claiming one is worth a try."""
