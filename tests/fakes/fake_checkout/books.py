"""The emulator's books in memory: rolled back unless committed, like the real ones."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from types import TracebackType
from typing import Self

from fake_checkout.domain.card import CardToken
from fake_checkout.domain.delivery import Delivery, Notification
from fake_checkout.domain.errors import UnknownCardToken, UnknownDelivery, UnknownPayment, UnknownRefund
from fake_checkout.domain.faults import Faults
from fake_checkout.domain.magic import PAYS, REFUSES, scenario
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import Refund
from fake_checkout.domain.status import Status
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.books_query_port import (
    BooksQueryPort,
    FoundPayments,
    LoggedDelivery,
    PaymentSearch,
)
from fake_checkout.ports.unit_of_work_port import (
    Answer,
    AnswerRepositoryPort,
    CardTokenRepositoryPort,
    DeliveryRepositoryPort,
    NotificationRepositoryPort,
    PaymentRepositoryPort,
    RecordedRequest,
    UnitOfWorkPort,
    WorkbenchRepositoryPort,
)
from servicekit.database.unit_of_work import StaleAggregate
from tests.builders.fake_checkout import NOON


@dataclass
class Pages:
    """What the books hold."""

    payments: dict[int, Payment] = field(default_factory=dict)
    card_tokens: dict[str, CardToken] = field(default_factory=dict)
    notifications: dict[int, Notification] = field(default_factory=dict)
    claimed_until: dict[int, datetime] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[Answer, datetime]] = field(default_factory=dict)
    requests: list[RecordedRequest] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    switches: Mapping[str, str] = field(default_factory=dict)
    offset: timedelta = timedelta()


class FakeBooks:
    """All of it, with a clock that tests set."""

    def __init__(self) -> None:
        self.pages = Pages()
        self.draft: Pages | None = None
        self.real_now = NOON
        self.commits = 0
        self.numbers = count(310_000_000_000)

    def uow(self) -> "FakeUnitOfWork":
        return FakeUnitOfWork(self)

    @property
    def query(self) -> "FakeBooksQuery":
        return FakeBooksQuery(self)

    def keep(self, *payments: Payment) -> None:
        for payment in payments:
            self.pages.payments[payment.id] = payment

    def switches(self) -> Switches:
        return Switches(self.pages.switches)

    def dispose(self) -> None:
        """Nothing is open."""


class FakeUnitOfWork(UnitOfWorkPort):
    """Works on a copy, which a commit puts in place; joins the one that is open."""

    def __init__(self, books: FakeBooks) -> None:
        self.books = books
        self._tracked: dict[int, Payment] = {}
        self._joined = False

    @property
    def pages(self) -> Pages:
        assert self.books.draft is not None, "not open"
        return self.books.draft

    def __enter__(self) -> Self:
        self._joined = self.books.draft is not None
        if not self._joined:
            self.books.draft = copy.deepcopy(self.books.pages)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._joined:
            self.books.draft = None

    @property
    def payments(self) -> "FakePaymentRepository":
        return FakePaymentRepository(self)

    @property
    def card_tokens(self) -> "FakeCardTokenRepository":
        return FakeCardTokenRepository(self)

    @property
    def notifications(self) -> "FakeNotificationRepository":
        return FakeNotificationRepository(self)

    @property
    def deliveries(self) -> "FakeDeliveryRepository":
        return FakeDeliveryRepository(self)

    @property
    def answers(self) -> "FakeAnswerRepository":
        return FakeAnswerRepository(self)

    @property
    def workbench(self) -> "FakeWorkbenchRepository":
        return FakeWorkbenchRepository(self)

    def track(self, payment: Payment) -> None:
        self._tracked[payment.id] = payment

    def offset(self) -> timedelta:
        return self.pages.offset

    def real_now(self) -> datetime:
        return self.books.real_now

    def now(self) -> datetime:
        return self.books.real_now + self.pages.offset

    def commit(self) -> None:
        for payment in self._tracked.values():
            for action in payment.pull_changes():
                if payment.terms.notification_url is not None:
                    self.notifications.add(
                        Notification(
                            id=next(self.books.numbers),
                            payment_id=payment.id,
                            user_id=payment.terms.collector_id,
                            action=action,
                            url=payment.terms.notification_url,
                            created_at=self.now(),
                            next_at=self.now(),
                        )
                    )
        if not self._joined:
            self.books.pages = copy.deepcopy(self.pages)
            self.books.commits += 1


@dataclass
class FakePaymentRepository(PaymentRepositoryPort):
    uow: FakeUnitOfWork

    def add(self, payment: Payment) -> None:
        self.uow.pages.payments[payment.id] = payment
        self.uow.track(payment)

    def get(self, payment_id: int) -> Payment:
        payment = self.uow.pages.payments.get(payment_id)
        if payment is None:
            raise UnknownPayment(f"no payment {payment_id}")
        return copy.deepcopy(payment)

    def save(self, payment: Payment) -> None:
        if self.uow.pages.payments[payment.id].version != payment.version:
            raise StaleAggregate(f"payment {payment.id}")
        payment.kept()
        self.uow.pages.payments[payment.id] = payment
        self.uow.track(payment)

    def overdue(self, now: datetime, limit: int) -> Sequence[Payment]:
        over = [
            payment
            for payment in self.uow.pages.payments.values()
            if payment.status in {Status.PENDING, Status.AUTHORIZED} and payment.terms.expires_at <= now
        ]
        return copy.deepcopy(sorted(over, key=lambda payment: payment.terms.expires_at)[:limit])

    def with_magic_payer(self, now: datetime, created_by: datetime, limit: int) -> Sequence[Payment]:
        found = [
            payment
            for payment in self.uow.pages.payments.values()
            if payment.status is Status.PENDING
            and payment.terms.created_at <= created_by
            and payment.terms.expires_at > now
            and scenario(payment.terms.amount, payment.terms.external_reference) in {PAYS, REFUSES}
        ]
        return copy.deepcopy(sorted(found, key=lambda payment: payment.terms.created_at)[:limit])


@dataclass
class FakeCardTokenRepository(CardTokenRepositoryPort):
    uow: FakeUnitOfWork

    def add(self, token: CardToken) -> None:
        self.uow.pages.card_tokens[token.id] = token

    def get(self, token_id: str) -> CardToken:
        return _card_token(self.uow.pages, token_id)

    def save(self, token: CardToken) -> None:
        self.uow.pages.card_tokens[token.id] = token


@dataclass
class FakeNotificationRepository(NotificationRepositoryPort):
    uow: FakeUnitOfWork

    def add(self, notification: Notification) -> None:
        self.uow.pages.notifications[notification.id] = notification

    def claim(self, now: datetime) -> Notification | None:
        due = _due(self.uow.pages, now, self.uow.real_now())
        if not due:
            return None
        self.uow.pages.claimed_until[due[0].id] = self.uow.real_now() + timedelta(seconds=60)
        return due[0]

    def save(self, notification: Notification) -> None:
        self.uow.pages.notifications[notification.id] = notification
        self.uow.pages.claimed_until.pop(notification.id, None)

    def any_is_held(self, payment_id: int) -> bool:
        every = self.uow.pages.notifications.values()
        return any(one.held and one.payment_id == payment_id for one in every)

    def release_held(self, payment_id: int, now: datetime) -> None:
        for notification in list(self.uow.pages.notifications.values()):
            if notification.held and notification.payment_id == payment_id:
                self.save(notification.released(now))


@dataclass
class FakeDeliveryRepository(DeliveryRepositoryPort):
    uow: FakeUnitOfWork

    def add(self, delivery: Delivery) -> None:
        self.uow.pages.deliveries.append(delivery)

    def notification_of(self, delivery_id: str) -> Notification:
        for delivery in self.uow.pages.deliveries:
            if delivery.id == delivery_id:
                return self.uow.pages.notifications[delivery.notification_id]
        raise UnknownDelivery(f"no delivery {delivery_id}")


@dataclass
class FakeAnswerRepository(AnswerRepositoryPort):
    uow: FakeUnitOfWork

    def find(self, scope: str, key: str, *, since: datetime) -> Answer | None:
        answer, kept_at = self.uow.pages.answers.get((scope, key), (None, since))
        return answer if kept_at >= since else None

    def keep(self, scope: str, key: str, answer: Answer, now: datetime) -> None:
        self.uow.pages.answers[(scope, key)] = (answer, now)


@dataclass
class FakeWorkbenchRepository(WorkbenchRepositoryPort):
    uow: FakeUnitOfWork

    def faults(self) -> Faults:
        return self.uow.pages.faults

    def set_faults(self, faults: Faults) -> None:
        self.uow.pages.faults = faults

    def set_offset(self, offset: timedelta) -> None:
        self.uow.pages.offset = offset

    def switches(self) -> Mapping[str, str]:
        return self.uow.pages.switches

    def set_switches(self, chosen: Mapping[str, str]) -> None:
        self.uow.pages.switches = chosen

    def record(self, request: RecordedRequest) -> None:
        self.uow.pages.requests.append(request)

    def wipe(self) -> None:
        self.uow.books.draft = Pages()

    def forget(self, *, answers_before: datetime, card_tokens_before: datetime, newest_requests: int) -> int:
        pages = self.uow.pages
        answers = {key: kept for key, kept in pages.answers.items() if kept[1] >= answers_before}
        requests = pages.requests[-newest_requests:]
        tokens = {
            number: token
            for number, token in pages.card_tokens.items()
            if token.created_at >= card_tokens_before
        }
        dropped = len(pages.answers) - len(answers) + len(pages.requests) - len(requests)
        dropped += len(pages.card_tokens) - len(tokens)
        pages.answers, pages.requests, pages.card_tokens = answers, requests, tokens
        return dropped


@dataclass
class FakeBooksQuery(BooksQueryPort):
    books: FakeBooks

    @property
    def pages(self) -> Pages:
        return self.books.draft or self.books.pages

    def payment(self, payment_id: int) -> Payment:
        payment = self.pages.payments.get(payment_id)
        if payment is None:
            raise UnknownPayment(f"no payment {payment_id}")
        return payment

    def card_token(self, token_id: str) -> CardToken:
        return _card_token(self.pages, token_id)

    def search(self, wanted: PaymentSearch) -> FoundPayments:
        fitting = [payment for payment in self.every_payment() if _fits(payment, wanted)]
        told = [payment for payment in fitting if _column(payment, wanted.sort) is not None]
        told.sort(key=lambda payment: _column(payment, wanted.sort), reverse=not wanted.ascending)
        untold = [payment for payment in fitting if _column(payment, wanted.sort) is None]
        page = [*told, *untold][wanted.offset : wanted.offset + wanted.limit]
        return FoundPayments(len(fitting), tuple(page))

    def refund(self, payment_id: int, refund_id: int) -> Refund:
        for refund in self.payment(payment_id).refunds:
            if refund.id == refund_id:
                return refund
        raise UnknownRefund(f"payment {payment_id} has no refund {refund_id}")

    def every_payment(self, *, newest: int | None = None) -> Sequence[Payment]:
        every = sorted(
            self.pages.payments.values(), key=lambda one: (one.terms.created_at, one.id), reverse=True
        )
        return every[:newest]

    def payments_after(self, payment_id: int, limit: int) -> Sequence[Payment]:
        return [self.pages.payments[number] for number in sorted(self.pages.payments) if number > payment_id][
            :limit
        ]

    def deliveries(self, payment_ids: Sequence[int] | None = None) -> Sequence[LoggedDelivery]:
        return [
            LoggedDelivery(delivery, self._next_at(delivery))
            for delivery in self.pages.deliveries
            if payment_ids is None or delivery.payment_id in payment_ids
        ]

    def untold(self, payment_ids: Sequence[int]) -> Sequence[Notification]:
        untold = [
            one
            for one in self.pages.notifications.values()
            if one.payment_id in payment_ids and one.attempt == 0 and one.next_at is not None
        ]
        return sorted(untold, key=lambda one: (one.next_at, one.id))

    def requests(self) -> Sequence[RecordedRequest]:
        return list(self.pages.requests)

    def faults(self) -> Faults:
        return self.pages.faults

    def switches(self) -> Mapping[str, str]:
        return self.pages.switches

    def offset(self) -> timedelta:
        return self.pages.offset

    def now(self) -> datetime:
        return self.books.real_now + self.pages.offset

    def is_being_told(self, payment_id: int) -> bool:
        return any(
            notification.payment_id == payment_id
            and notification.attempt == 0
            and notification.next_at is not None
            and notification.next_at <= self.now()
            for notification in self.pages.notifications.values()
        )

    def notification_is_due(self) -> bool:
        return bool(_due(self.pages, self.now(), self.books.real_now))

    def _next_at(self, delivery: Delivery) -> datetime | None:
        notification = self.pages.notifications[delivery.notification_id]
        return notification.next_at if notification.attempt == delivery.attempt + 1 else None


def _card_token(pages: Pages, token_id: str) -> CardToken:
    if token_id not in pages.card_tokens:
        raise UnknownCardToken(f"no card token {token_id}")
    return pages.card_tokens[token_id]


def _due(pages: Pages, now: datetime, real_now: datetime) -> list[Notification]:
    due = [
        notification
        for notification in pages.notifications.values()
        if notification.next_at is not None
        and notification.next_at <= now
        and pages.claimed_until.get(notification.id, real_now) <= real_now
    ]
    return sorted(due, key=lambda notification: (notification.next_at, notification.id))


def _fits(payment: Payment, wanted: PaymentSearch) -> bool:
    terms = payment.terms
    asked = (
        wanted.collector_id,
        wanted.external_reference,
        wanted.status,
        wanted.method,
        wanted.payer_id,
    )
    given = (
        terms.collector_id,
        terms.external_reference,
        payment.status.value,
        terms.method,
        terms.payer.get("id"),
    )
    if any(ask not in {None, give} for ask, give in zip(asked, given, strict=True)):
        return False
    if wanted.within is None:
        return True
    at = _column(payment, wanted.within.column)
    begin, end = wanted.within.begin, wanted.within.end
    return at is not None and (begin is None or begin <= at) and (end is None or at <= end)


def _column(payment: Payment, name: str):
    return {
        "id": payment.id,
        "date_created": payment.terms.created_at,
        "date_last_updated": payment.standing.updated_at,
        "date_approved": payment.standing.approved_at,
        "money_release_date": payment.standing.approved_at,
    }[name]
