"""One change of the books, in one transaction."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from fake_checkout.domain.delivery import Notification
from fake_checkout.domain.payment import Payment
from fake_checkout.infrastructure.repositories.answer_repository import AnswerRepository
from fake_checkout.infrastructure.repositories.card_token_repository import CardTokenRepository
from fake_checkout.infrastructure.repositories.notification_repository import (
    DeliveryRepository,
    NotificationRepository,
)
from fake_checkout.infrastructure.repositories.payment_repository import PaymentRepository
from fake_checkout.infrastructure.repositories.workbench_repository import WorkbenchRepository, read_offset
from fake_checkout.ports.unit_of_work_port import UnitOfWorkPort
from servicekit.database.database import Database, Transaction


class UnitOfWork(UnitOfWorkPort):
    """Rolls back unless committed. Joins the unit of work that is already open in this thread."""

    def __init__(self, database: Database, new_number: Callable[[], int], panel_url: str = "") -> None:
        """`panel_url` is where merchants are told of payments that name no address of their own."""
        self._database = database
        self._panel_url = panel_url
        self._new_number = new_number
        self._tracked: dict[int, Payment] = {}
        self._scope: AbstractContextManager[Transaction]
        self._transaction: Transaction

    def __enter__(self) -> Self:
        self._scope = self._database.transaction()
        self._transaction = self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._scope.__exit__(kind, error, traceback)

    @property
    def connection(self) -> Connection:
        """For the repositories, which are made for this unit of work."""
        return self._transaction.connection

    @property
    def payments(self) -> PaymentRepository:
        """Payments and their refunds."""
        return PaymentRepository(self)

    @property
    def card_tokens(self) -> CardTokenRepository:
        """Card tokens."""
        return CardTokenRepository(self)

    @property
    def notifications(self) -> NotificationRepository:
        """What is to be told."""
        return NotificationRepository(self)

    @property
    def deliveries(self) -> DeliveryRepository:
        """The log of attempts."""
        return DeliveryRepository(self)

    @property
    def answers(self) -> AnswerRepository:
        """Answers under idempotency keys."""
        return AnswerRepository(self)

    @property
    def workbench(self) -> WorkbenchRepository:
        """What a tester has set."""
        return WorkbenchRepository(self)

    def track(self, payment: Payment) -> None:
        """Repositories call this for each payment that they take in."""
        self._tracked[payment.id] = payment

    def offset(self) -> timedelta:
        """How far the virtual clock is from the real one."""
        return read_offset(self.connection)

    def real_now(self) -> datetime:
        """The real time, UTC, by the database's clock."""
        return self._transaction.now()

    def now(self) -> datetime:
        """The virtual time, UTC: what everything but signatures goes by."""
        return self.real_now() + self.offset()

    def commit(self) -> None:
        """Queue a notification for each change of a payment, then keep everything."""
        for payment in self._tracked.values():
            self._announce(payment)
        self._transaction.commit()

    def _announce(self, payment: Payment) -> None:
        url = payment.terms.notification_url or self._panel_url
        for action in payment.pull_changes():
            if not url:
                continue
            now = self.now()
            self.notifications.add(
                Notification(
                    id=self._new_number(),
                    payment_id=payment.id,
                    user_id=payment.terms.collector_id,
                    action=action,
                    url=url,
                    created_at=now,
                    next_at=now,
                )
            )
