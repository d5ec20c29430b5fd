"""Reading the stores, and the time by which they are open."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from orders_service.domain.store import Store
from orders_service.ports.page import Page


class StoreQueryPort(Protocol):
    """Every store there is."""

    @abstractmethod
    def find(self, slug: str) -> Store | None:
        """One store; None where there is none of this slug."""
        raise NotImplementedError

    @abstractmethod
    def page(self, after: str | None, limit: int) -> Page[Store, str]:
        """The stores by their slugs, after this one."""
        raise NotImplementedError

    @abstractmethod
    def now(self) -> datetime:
        """The database's time in UTC."""
        raise NotImplementedError
