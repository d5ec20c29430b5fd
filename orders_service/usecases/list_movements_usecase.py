"""When a manager asks why there is as much as there is, they see every change, newest first."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.shelf import Movement
from orders_service.ports.page import Page
from orders_service.ports.stock_query_port import StockQueryPort


@dataclass(frozen=True, slots=True)
class ListMovements:
    """A page of `limit` movements after the one with the id `after`."""

    store: str
    product_id: str
    after: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListMovementsUseCase:
    """Lists the movements of a product's stock."""

    stock: StockQueryPort

    def execute(self, request: ListMovements) -> Page[Movement, str]:
        """The page. Raises ProductNotFound."""
        page = self.stock.movements(request.store, request.product_id, request.after, request.limit)
        if page is None:
            raise ProductNotFound(request.product_id)
        return page
