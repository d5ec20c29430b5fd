"""Stores and their staff."""

from abc import abstractmethod
from collections.abc import Collection
from typing import Protocol

from orders_service.domain.staff import Staff
from orders_service.domain.store import Store


class StoreRepositoryPort(Protocol):
    """Stores by slug."""

    @abstractmethod
    def add(self, store: Store) -> bool:
        """Keep a new store. False, with nothing changed, where its slug is taken."""
        raise NotImplementedError

    @abstractmethod
    def get(self, slug: str) -> Store:
        """The store, not locked. Raises StoreNotFound."""
        raise NotImplementedError

    @abstractmethod
    def hold(self, slug: str) -> Store:
        """The store, held until the end against whoever else holds it; orders do not. Raises StoreNotFound.

        Its categories are changed, and products are put into them, by whoever holds it.
        """
        raise NotImplementedError

    @abstractmethod
    def save(self, store: Store) -> None:
        """Keep an edited store. Raises StaleAggregate where somebody else edited it meanwhile."""
        raise NotImplementedError


class StaffRepositoryPort(Protocol):
    """Staff by store and username."""

    @abstractmethod
    def add(self, staff_member: Staff) -> bool:
        """Keep somebody new. False, with nothing changed, where the username is taken."""
        raise NotImplementedError

    @abstractmethod
    def find(self, store: str, username: str) -> Staff | None:
        """Who works in the store under this name."""
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, username: str) -> Staff:
        """Who works in the store under this name. Raises StaffNotFound."""
        raise NotImplementedError

    @abstractmethod
    def lock_managers(self, store: str) -> Collection[str]:
        """The usernames of the store's managers, who stay what they are until the end of the unit of work."""
        raise NotImplementedError

    @abstractmethod
    def remove(self, staff_member: Staff) -> None:
        """Forget somebody."""
        raise NotImplementedError
