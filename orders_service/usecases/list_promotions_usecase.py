"""When a manager looks at the promotions, they see those that are over, those that run and those to come."""

from dataclasses import dataclass

from orders_service.domain.promotion import Promotion
from orders_service.ports.page import Page
from orders_service.ports.promotion_ports import PromotionQueryPort


@dataclass(frozen=True, slots=True)
class ListPromotions:
    """A page of `limit` promotions older than the one with the id `before`."""

    store: str
    before: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListPromotionsUseCase:
    """Lists promotions."""

    promotions: PromotionQueryPort

    def execute(self, request: ListPromotions) -> Page[Promotion, str]:
        """The page, newest first."""
        return self.promotions.page(request.store, request.before, request.limit)
