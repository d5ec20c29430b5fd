"""When a manager adds a promotion, what it is for costs less from its start until its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from orders_service.domain.local_time import instant_of
from orders_service.domain.promotion import Promotion, Reduction, Target
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.promotion_target import require_target


@dataclass(frozen=True, slots=True)
class AddPromotion:
    """What, off what, and when: a time without an offset is the store's own."""

    store: str
    name: str
    target: Target
    reduction: Reduction
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class AddPromotionUseCase:
    """Adds promotions."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]

    def execute(self, request: AddPromotion) -> Promotion:
        """The new promotion. Raises StoreNotFound, UnknownProduct, UnknownCategory, EmptyWindow."""
        with self.uow() as uow:
            store = uow.stores.get(request.store)
            require_target(uow, store, request.target)
            promotion = Promotion(
                id=self.new_id(),
                store=store.slug,
                name=request.name,
                target=request.target,
                reduction=request.reduction,
                starts_at=instant_of(request.starts_at, store.zone),
                ends_at=instant_of(request.ends_at, store.zone),
            )
            uow.promotions.add(promotion)
            uow.commit()
        return promotion
