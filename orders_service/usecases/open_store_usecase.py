"""When a store opens, it exists; opening it again changes nothing."""

from dataclasses import dataclass

from orders_service.domain.store import Store
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class OpenStore:
    """Which one."""

    store: Store


@dataclass(frozen=True, slots=True)
class OpenStoreUseCase:
    """Opens stores."""

    uow: UnitOfWorkFactory

    def execute(self, request: OpenStore) -> bool:
        """Whether the store is new."""
        with self.uow() as uow:
            new = uow.stores.add(request.store)
            uow.commit()
        return new
