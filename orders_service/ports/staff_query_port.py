"""Reading the staff of a store."""

from abc import abstractmethod
from collections.abc import Collection
from typing import Protocol

from orders_service.domain.staff import Role, Staff
from orders_service.ports.page import Page


class StaffQueryPort(Protocol):
    """Who works where."""

    @abstractmethod
    def page(self, store: str, roles: Collection[Role], after: str | None, limit: int) -> Page[Staff, str]:
        """The store's staff of these roles by their usernames, after this one."""
        raise NotImplementedError
