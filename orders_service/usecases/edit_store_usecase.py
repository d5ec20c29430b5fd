"""When a manager or an admin changes a store, it is changed as a whole, by whoever has seen what it was."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orders_service.domain.store import StoreNow
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class EditStore:
    """The fields to change. `check_version` is given the version that is there, and may object."""

    slug: str
    changes: Mapping[str, Any]
    check_version: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EditStoreUseCase:
    """Edits stores."""

    uow: UnitOfWorkFactory

    def execute(self, request: EditStore) -> StoreNow:
        """The store as it is then. Raises StoreNotFound, CategoryInUse, and what the check raises."""
        with self.uow() as uow:
            store = uow.stores.hold(request.slug)
            request.check_version(store.version)
            edited = store.edited(request.changes, uow.products.categories(store.slug))
            uow.stores.save(edited)
            now = uow.now()
            uow.commit()
        return StoreNow.at(edited, now)
