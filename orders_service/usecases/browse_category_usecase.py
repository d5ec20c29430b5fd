"""When somebody opens one category, they see its offers, or learn that the store has no such category."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import CategoryNotFound
from orders_service.domain.store_errors import StoreNotFound
from orders_service.ports.catalogue_query_port import CatalogueQueryPort, Offer, OfferFilter
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class BrowseCategory:
    """A page of `limit` offers of the category after the product with the id `after`."""

    store: str
    category: str
    after: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class BrowseCategoryUseCase:
    """Lists the offers of a category."""

    catalogue: CatalogueQueryPort

    def execute(self, request: BrowseCategory) -> Page[Offer, str]:
        """The page. Raises StoreNotFound, CategoryNotFound."""
        store = self.catalogue.store(request.store)
        if store is None:
            raise StoreNotFound(request.store)
        if request.category not in store.categories:
            raise CategoryNotFound(request.category)
        wanted = OfferFilter(category=request.category)
        return self.catalogue.offers(request.store, wanted, request.after, request.limit)
