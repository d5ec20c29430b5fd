"""When rows have served, they are deleted: events and notices after 30 days, idempotency keys after a day."""

from dataclasses import dataclass
from datetime import timedelta

from payment_service.ports.unit_of_work_port import UnitOfWorkFactory

KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Purge:
    """At most so many rows of each kind."""

    limit: int


@dataclass(frozen=True, slots=True)
class PurgeUseCase:
    """Deletes leftovers."""

    uow: UnitOfWorkFactory

    def execute(self, request: Purge) -> int:
        """How many rows were deleted."""
        with self.uow() as uow:
            now = uow.now()
            deleted = uow.leftovers.purge(before=now - KEPT, keys_before=now - KEYS_KEPT, limit=request.limit)
            uow.commit()
        return deleted
