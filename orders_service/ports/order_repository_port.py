"""Storing orders, and with them what they hold in stock."""

from abc import abstractmethod
from datetime import datetime, timedelta
from typing import Protocol

from orders_service.domain.order import Order


class OrderRepositoryPort(Protocol):
    """Orders by store and id."""

    @abstractmethod
    def add(self, order: Order) -> bool:
        """Keep a new order. False, with nothing kept, where an open order of the store carries its number.

        Raises CartUsed where an order was made of its cart already.
        """
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, order_id: str) -> Order:
        """The order, locked until the end of the unit of work. Raises OrderNotFound."""
        raise NotImplementedError

    @abstractmethod
    def save(self, order: Order) -> None:
        """Keep what changed, if anything, and move the stock as the order's reservations say, each once.

        Raises StaleAggregate where somebody else changed the order since it was read.
        """
        raise NotImplementedError


class OverdueOrdersPort(Protocol):
    """Orders whose time has come. Each call locks the one it gives, so that many sweepers may ask at once."""

    @abstractmethod
    def next_expired(self, now: datetime) -> Order | None:
        """One that is AWAITING_PAYMENT past its deadline."""
        raise NotImplementedError

    @abstractmethod
    def next_unanswered(self, now: datetime, patience: timedelta) -> Order | None:
        """One that has been CANCELLING for this long."""
        raise NotImplementedError

    @abstractmethod
    def next_silent(self, now: datetime) -> Order | None:
        """One whose saga has stood still for longer than it should."""
        raise NotImplementedError
