"""When somebody looks at the menu, they see what the store sells now."""

from dataclasses import dataclass

from orders_service.ports.catalogue_query_port import CatalogueQueryPort, Offer, OfferFilter
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class BrowseCatalogue:
    """A page of `limit` offers after the product with the id `after`."""

    store: str
    wanted: OfferFilter
    after: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class BrowseCatalogueUseCase:
    """Lists offers."""

    catalogue: CatalogueQueryPort

    def execute(self, request: BrowseCatalogue) -> Page[Offer, str]:
        """The page; empty for a category that nothing is in."""
        return self.catalogue.offers(request.store, request.wanted, request.after, request.limit)
