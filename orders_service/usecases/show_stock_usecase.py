"""When the staff ask where the units of a product are, they see how many are there, promised, sold, lost."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.ports.stock_query_port import StockQueryPort, StockReport


@dataclass(frozen=True, slots=True)
class ShowStock:
    """Of which product."""

    store: str
    product_id: str


@dataclass(frozen=True, slots=True)
class ShowStockUseCase:
    """Shows the stock of a product."""

    stock: StockQueryPort

    def execute(self, request: ShowStock) -> StockReport:
        """The report. Raises ProductNotFound."""
        report = self.stock.report(request.store, request.product_id)
        if report is None:
            raise ProductNotFound(request.product_id)
        return report
