"""When an admin founds a store, it exists under a slug of its own, and begins with the usual categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orders_service.domain.store import Store, StoreNow
from orders_service.domain.store_errors import SlugTaken
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class FoundStore:
    """The fields of the new store; what is left out is as usual."""

    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundStoreUseCase:
    """Founds stores. `categories` are what a new one begins with."""

    uow: UnitOfWorkFactory
    categories: tuple[str, ...]

    def execute(self, request: FoundStore) -> StoreNow:
        """The store as it is now. Raises SlugTaken."""
        store = Store(**{"categories": self.categories, **request.fields})
        with self.uow() as uow:
            if not uow.stores.add(store):
                raise SlugTaken(store.slug)
            now = uow.now()
            uow.commit()
        return StoreNow.at(store, now)
