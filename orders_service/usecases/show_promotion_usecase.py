"""When a manager looks at one promotion, they see how it stands now, and which version that is."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import PromotionNotFound
from orders_service.domain.promotion import Promotion
from orders_service.ports.promotion_ports import PromotionQueryPort


@dataclass(frozen=True, slots=True)
class ShowPromotion:
    """Which one."""

    store: str
    promotion_id: str


@dataclass(frozen=True, slots=True)
class ShowPromotionUseCase:
    """Shows one promotion."""

    promotions: PromotionQueryPort

    def execute(self, request: ShowPromotion) -> Promotion:
        """The promotion. Raises PromotionNotFound."""
        promotion = self.promotions.find(request.store, request.promotion_id)
        if promotion is None:
            raise PromotionNotFound(request.promotion_id)
        return promotion
