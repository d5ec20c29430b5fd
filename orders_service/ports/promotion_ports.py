"""Storing promotions, and finding those that count."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from orders_service.domain.product import Product
from orders_service.domain.promotion import Promotion


class PromotionRepositoryPort(Protocol):
    """Promotions by store and id."""

    @abstractmethod
    def add(self, promotion: Promotion) -> None:
        """Keep a new one."""
        raise NotImplementedError

    @abstractmethod
    def running(self, store: str, products: Collection[Product], now: datetime) -> Sequence[Promotion]:
        """Those that count at this moment for any of the products, in one query."""
        raise NotImplementedError
