"""Storing promotions, finding those that count, and listing all there are."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from orders_service.domain.product import Product
from orders_service.domain.promotion import Promotion
from orders_service.ports.page import Page


class PromotionRepositoryPort(Protocol):
    """Promotions by store and id."""

    @abstractmethod
    def add(self, promotion: Promotion) -> None:
        """Keep a new one."""
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, promotion_id: str) -> Promotion:
        """One to change, held against other changes until the end. Raises PromotionNotFound."""
        raise NotImplementedError

    @abstractmethod
    def save(self, promotion: Promotion) -> None:
        """Keep an edited one. Raises StaleAggregate where somebody else changed it meanwhile."""
        raise NotImplementedError

    @abstractmethod
    def remove(self, promotion: Promotion) -> None:
        """It counts no longer and is found no longer; orders that were placed under it still name it.

        Raises StaleAggregate where somebody else changed it meanwhile.
        """
        raise NotImplementedError

    @abstractmethod
    def running(self, store: str, products: Collection[Product], now: datetime) -> Sequence[Promotion]:
        """Those that count at this moment for any of the products, in one query."""
        raise NotImplementedError


class PromotionQueryPort(Protocol):
    """The promotions of a store."""

    @abstractmethod
    def find(self, store: str, promotion_id: str) -> Promotion | None:
        """One that was not removed; None where the store has none of this id."""
        raise NotImplementedError

    @abstractmethod
    def page(self, store: str, before: str | None, limit: int) -> Page[Promotion, str]:
        """Those that were not removed, whether over, running or to come; newest first, before this id."""
        raise NotImplementedError
