"""When rows have served, they are deleted: handled events after 30 days, idempotency keys after 24 hours.

Sign-ins that failed are deleted once they no longer count, carts once they have expired,
images a day after no product shows them any more.
"""

from dataclasses import dataclass
from datetime import timedelta

from orders_service.domain.sign_in_failures import FORGOTTEN_AFTER
from orders_service.ports.cart_repository_port import CartRepositoryPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory

INBOX_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(hours=24)
IMAGES_KEPT = timedelta(hours=24)
"""Menus that were read a while ago still point to them."""


@dataclass(frozen=True, slots=True)
class Purge:
    """At most so many rows of each kind."""

    limit: int


@dataclass(frozen=True, slots=True)
class PurgeUseCase:
    """Deletes leftovers."""

    uow: UnitOfWorkFactory
    carts: CartRepositoryPort

    def execute(self, request: Purge) -> int:
        """How many rows were deleted."""
        with self.uow() as uow:
            now = uow.now()
            deleted = uow.leftovers.purge(
                inbox_before=now - INBOX_KEPT,
                keys_before=now - KEYS_KEPT,
                failures_before=now - FORGOTTEN_AFTER,
                limit=request.limit,
            )
            deleted += uow.images.purge(before=now - IMAGES_KEPT, limit=request.limit)
            uow.commit()
        return deleted + self.carts.forget_expired(request.limit)
