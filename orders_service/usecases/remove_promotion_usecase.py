"""When a manager removes a promotion, it counts no longer; orders that were placed under it stay."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RemovePromotion:
    """Which one. `check_version` is given the version that is there, and may object by raising."""

    store: str
    promotion_id: str
    check_version: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RemovePromotionUseCase:
    """Removes promotions."""

    uow: UnitOfWorkFactory

    def execute(self, request: RemovePromotion) -> None:
        """Raises PromotionNotFound, and what the check raises."""
        with self.uow() as uow:
            promotion = uow.promotions.get(request.store, request.promotion_id)
            request.check_version(promotion.version)
            uow.promotions.remove(promotion)
            uow.commit()
