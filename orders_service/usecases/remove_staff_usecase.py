"""When somebody no longer works in a store, they cannot sign in again; who is needed there stays."""

from dataclasses import dataclass

from orders_service.domain.staff import StaffKeeper
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RemoveStaff:
    """Who, and who removes them."""

    store: str
    username: str
    by: StaffKeeper


@dataclass(frozen=True, slots=True)
class RemoveStaffUseCase:
    """Removes staff. A token that they have is good until it expires."""

    uow: UnitOfWorkFactory

    def execute(self, request: RemoveStaff) -> None:
        """Raises StaffNotFound, NotYourself, LastManager."""
        with self.uow() as uow:
            # Locked first, so that two managers who remove each other at once leave one.
            managers = uow.staff.lock_managers(request.store)
            member = uow.staff.get(request.store, request.username)
            request.by.require_may_remove(member, managers)
            uow.staff.remove(member)
            uow.commit()
