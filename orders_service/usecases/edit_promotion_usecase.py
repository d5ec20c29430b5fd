"""When a manager changes a promotion, orders are placed with the change from then on; none before has it."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.promotion import Promotion, PromotionEdit
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.promotion_target import require_target


@dataclass(frozen=True, slots=True)
class EditPromotion:
    """Which one, and what of it; a time without an offset is the store's own.

    `check_version` is given the version that is there, and may object by raising.
    """

    store: str
    promotion_id: str
    edit: PromotionEdit
    check_version: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EditPromotionUseCase:
    """Changes promotions."""

    uow: UnitOfWorkFactory

    def execute(self, request: EditPromotion) -> Promotion:
        """The promotion as it is then.

        Raises StoreNotFound, PromotionNotFound, UnknownProduct, UnknownCategory, EmptyWindow, and what the
        check raises.
        """
        with self.uow() as uow:
            store = uow.stores.get(request.store)
            promotion = uow.promotions.get(request.store, request.promotion_id)
            request.check_version(promotion.version)
            if request.edit.target is not None:
                require_target(uow, store, request.edit.target)
            edited = promotion.edited(request.edit.in_utc(store.zone))
            uow.promotions.save(edited)
            uow.commit()
        return edited
