"""Reading the catalogue."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol

from orders_service.domain.store import Store
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class Offer:
    """A product as a customer sees it. `available` in units, None where not counted.

    Prices in centavos; `promotional_price` is what it costs just now, None where no promotion takes anything
    off.
    """

    id: str
    name: str
    description: str
    category: str
    price: int
    promotional_price: int | None
    available: int | None
    image: str | None
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers to list; None leaves a criterion out. `words` are found in any case, accents or not."""

    category: str | None = None
    words: str | None = None
    available: bool | None = None


class CatalogueQueryPort(Protocol):
    """What a store offers."""

    @abstractmethod
    def offers(self, store: str, wanted: OfferFilter, after: str | None, limit: int) -> Page[Offer, str]:
        """The active products, oldest first, after the product of this id."""
        raise NotImplementedError

    @abstractmethod
    def offer(self, store: str, product_id: str) -> Offer | None:
        """One product, active or not; None where the store has none of this id."""
        raise NotImplementedError

    @abstractmethod
    def store(self, slug: str) -> Store | None:
        """The store itself; None where there is none of this slug."""
        raise NotImplementedError
