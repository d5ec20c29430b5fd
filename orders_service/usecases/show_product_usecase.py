"""When somebody asks for one product, they see it, also after it was retired."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.ports.catalogue_query_port import CatalogueQueryPort, Offer


@dataclass(frozen=True, slots=True)
class ShowProduct:
    """Which one."""

    store: str
    product_id: str


@dataclass(frozen=True, slots=True)
class ShowProductUseCase:
    """Shows one offer."""

    catalogue: CatalogueQueryPort

    def execute(self, request: ShowProduct) -> Offer:
        """The offer. Raises ProductNotFound."""
        offer = self.catalogue.offer(request.store, request.product_id)
        if offer is None:
            raise ProductNotFound(request.product_id)
        return offer
