"""Reading payments as people and clients see them, past the aggregate."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from payment_service.ports.page import Page

Position = tuple[datetime, str]
"""Where a page ends: the time and the id of its last item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """An attempt; amounts in centavos."""

    id: str
    order_id: str
    attempt: int
    status: str
    status_detail: str | None
    method: str
    amount: int
    refunded: int
    qr_code: str | None
    ticket_url: str | None
    provider_id: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """A refund; its amount in centavos."""

    id: str
    payment_id: str
    amount: int
    status: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OpenRefund:
    """A refund that is not done yet, with what an operator asks about it."""

    store: str
    order_id: str
    refund: RefundView
    tries: int
    failure: str | None
    next_at: datetime | None


class PaymentQueryPort(Protocol):
    """Every question is about one store, but those of an operator."""

    @abstractmethod
    def payment(self, store: str, payment_id: str) -> PaymentView:
        """One attempt. Raises UnknownPayment."""
        raise NotImplementedError

    @abstractmethod
    def of_order(self, store: str, order_id: str) -> tuple[PaymentView, ...]:
        """Every attempt of an order, newest first; none where the order is not known."""
        raise NotImplementedError

    @abstractmethod
    def page(
        self, store: str, status: str | None, day: date | None, limit: int, after: Position | None
    ) -> Page[PaymentView, Position]:
        """Attempts, newest first: of one status, made on one day (UTC), after a position."""
        raise NotImplementedError

    @abstractmethod
    def refunds(self, store: str, payment_id: str) -> tuple[RefundView, ...]:
        """The refunds of an attempt, oldest first. Raises UnknownPayment."""
        raise NotImplementedError

    @abstractmethod
    def open_refunds_of(self, store: str, limit: int, after: Position | None) -> Page[OpenRefund, Position]:
        """The store's refunds that are not done yet, oldest first, after a position."""
        raise NotImplementedError

    @abstractmethod
    def open_refunds(self) -> tuple[OpenRefund, ...]:
        """Every refund of every store that is not done yet, oldest first."""
        raise NotImplementedError
