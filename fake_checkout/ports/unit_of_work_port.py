"""The books, open for one change."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from fake_checkout.domain.card import CardToken
from fake_checkout.domain.delivery import Delivery, Notification
from fake_checkout.domain.faults import Faults
from fake_checkout.domain.payment import Payment


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered; `body` is its JSON text, `fingerprint` a digest of what was asked."""

    fingerprint: str
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A call that came in; `status` is None where the connection was cut instead of an answer."""

    at: datetime
    method: str
    path: str
    headers: dict[str, str]
    body: str
    status: int | None


class PaymentRepositoryPort(Protocol):
    """Payments and their refunds."""

    @abstractmethod
    def add(self, payment: Payment) -> None:
        """Keep a new payment."""

    @abstractmethod
    def get(self, payment_id: int) -> Payment:
        """The payment, locked until the end of this work. Raises UnknownPayment."""

    @abstractmethod
    def save(self, payment: Payment) -> None:
        """Keep what changed, refunds too. Raises StaleAggregate where somebody else was faster."""

    @abstractmethod
    def overdue(self, now: datetime, limit: int) -> Sequence[Payment]:
        """Pending and authorized payments whose time is over, locked.

        Those that somebody else has locked are left out.
        """

    @abstractmethod
    def with_magic_payer(self, now: datetime, created_by: datetime, limit: int) -> Sequence[Payment]:
        """Payable ones created by then whose magic value tells what their payer does, locked likewise."""


class CardTokenRepositoryPort(Protocol):
    """Card tokens."""

    @abstractmethod
    def add(self, token: CardToken) -> None:
        """Keep a new one."""

    @abstractmethod
    def get(self, token_id: str) -> CardToken:
        """The token, locked until the end of this work. Raises UnknownCardToken."""

    @abstractmethod
    def save(self, token: CardToken) -> None:
        """Keep that it was used."""


class NotificationRepositoryPort(Protocol):
    """What is to be told to merchants."""

    @abstractmethod
    def add(self, notification: Notification) -> None:
        """Keep a new one."""

    @abstractmethod
    def claim(self, now: datetime) -> Notification | None:
        """The one that is longest due, for this caller alone for a while; None when nothing is due."""

    @abstractmethod
    def save(self, notification: Notification) -> None:
        """Keep what changed, and let go of the claim."""

    @abstractmethod
    def any_is_held(self, payment_id: int) -> bool:
        """Whether one waits to be overtaken by another notification of this payment."""

    @abstractmethod
    def release_held(self, payment_id: int, now: datetime) -> None:
        """Let those go that waited to be overtaken by another notification of this payment."""


class DeliveryRepositoryPort(Protocol):
    """The log of attempts."""

    @abstractmethod
    def add(self, delivery: Delivery) -> None:
        """Write down an attempt."""

    @abstractmethod
    def notification_of(self, delivery_id: str) -> Notification:
        """What the attempt was about. Raises UnknownDelivery."""


class AnswerRepositoryPort(Protocol):
    """Answers under idempotency keys."""

    @abstractmethod
    def find(self, scope: str, key: str, *, since: datetime) -> Answer | None:
        """The answer kept since then. Raises IdempotencyKeyInFlight while another process makes it."""

    @abstractmethod
    def keep(self, scope: str, key: str, answer: Answer, now: datetime) -> None:
        """Keep the answer, in place of one that has lapsed."""


class WorkbenchRepositoryPort(Protocol):
    """What a tester has set."""

    @abstractmethod
    def faults(self) -> Faults:
        """The rules in force, locked until the end of this work."""

    @abstractmethod
    def set_faults(self, faults: Faults) -> None:
        """Put these in their place."""

    @abstractmethod
    def set_offset(self, offset: timedelta) -> None:
        """Move the virtual clock to so much from the real one."""

    @abstractmethod
    def switches(self) -> Mapping[str, str]:
        """The switches that testers turned, locked until the end of this work."""

    @abstractmethod
    def set_switches(self, chosen: Mapping[str, str]) -> None:
        """Put these in their place."""

    @abstractmethod
    def record(self, request: RecordedRequest) -> None:
        """Write down a call."""

    @abstractmethod
    def wipe(self) -> None:
        """Forget everything: payments, deliveries, keys, faults, switches, calls, and the clock's offset."""

    @abstractmethod
    def forget(self, *, answers_before: datetime, card_tokens_before: datetime, newest_requests: int) -> int:
        """Drop lapsed answers and card tokens, and all but the newest calls; returns how many that were."""


class UnitOfWorkPort(Protocol):
    """One change of the books: rolled back unless committed.

    A commit also keeps a notification for each change of each payment that names a notification_url, or of
    all where the provider's panel names one.
    """

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin."""

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Roll back what was not committed."""

    @property
    @abstractmethod
    def payments(self) -> PaymentRepositoryPort:
        """Payments and their refunds."""

    @property
    @abstractmethod
    def card_tokens(self) -> CardTokenRepositoryPort:
        """Card tokens."""

    @property
    @abstractmethod
    def notifications(self) -> NotificationRepositoryPort:
        """What is to be told."""

    @property
    @abstractmethod
    def deliveries(self) -> DeliveryRepositoryPort:
        """The log of attempts."""

    @property
    @abstractmethod
    def answers(self) -> AnswerRepositoryPort:
        """Answers under idempotency keys."""

    @property
    @abstractmethod
    def workbench(self) -> WorkbenchRepositoryPort:
        """What a tester has set."""

    @abstractmethod
    def offset(self) -> timedelta:
        """How far the virtual clock is from the real one."""

    @abstractmethod
    def real_now(self) -> datetime:
        """The real time, UTC, by the database's clock."""

    @abstractmethod
    def now(self) -> datetime:
        """The virtual time, UTC: what everything but signatures goes by."""

    @abstractmethod
    def commit(self) -> None:
        """Keep everything."""


UnitOfWorkFactory = Callable[[], UnitOfWorkPort]
