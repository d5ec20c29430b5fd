"""Storing products and counting stock."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from orders_service.domain.hoarding import UnpaidHolds
from orders_service.domain.order import Order
from orders_service.domain.product import Product, StockReason
from orders_service.domain.shelf import Shelf
from orders_service.domain.stock_errors import Shortage


class ProductRepositoryPort(Protocol):
    """Products by store and id."""

    @abstractmethod
    def add(self, product: Product) -> None:
        """Keep a new product; one that is counted begins with nothing on hand."""
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, product_id: str) -> Product:
        """One to change, held against other changes until the end. Raises ProductNotFound."""
        raise NotImplementedError

    @abstractmethod
    def save(self, product: Product) -> None:
        """Keep a change of it, as the next version. Raises StaleAggregate when the row has another one."""
        raise NotImplementedError

    @abstractmethod
    def for_sale(self, store: str, product_ids: Collection[str]) -> Mapping[str, Product]:
        """Those of the products that the store sells now, by id."""
        raise NotImplementedError

    @abstractmethod
    def any(self, store: str) -> bool:
        """Whether the store has any product, active or not."""
        raise NotImplementedError

    @abstractmethod
    def categories(self, store: str) -> Collection[str]:
        """The categories that the store's active products are in."""
        raise NotImplementedError

    @abstractmethod
    def without_image(self, store: str, names: Collection[str]) -> Sequence[Product]:
        """Those of these names that have no picture, active or not, oldest first."""
        raise NotImplementedError


class StockPort(Protocol):
    """Units of counted products. What is on hand is always the sum of its movements."""

    @abstractmethod
    def reserve(self, order: Order) -> Sequence[Shortage]:
        """Hold what a new order reserves, product by product in the order of their ids.

        Gives every product that is short. Where there is any, the unit of work must not be committed.
        """
        raise NotImplementedError

    @abstractmethod
    def unpaid(self, order: Order) -> UnpaidHolds:
        """What is unpaid of what an order has just reserved, and of its client; the order included."""
        raise NotImplementedError

    @abstractmethod
    def receive(self, store: str, product_id: str, units: int, reason: StockReason, at: datetime) -> None:
        """Put units on hand, with a movement that says why."""
        raise NotImplementedError

    @abstractmethod
    def shelf(self, store: str, product_id: str) -> Shelf:
        """The shelf of a product, locked until the end of the unit of work.

        A product that was not counted is from here on, and begins with nothing. Raises ProductNotFound.
        """
        raise NotImplementedError

    @abstractmethod
    def keep(self, shelf: Shelf) -> None:
        """Keep what changed about a shelf, and its movements."""
        raise NotImplementedError
