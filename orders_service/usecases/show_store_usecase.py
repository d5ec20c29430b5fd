"""When a request names a store, it is found with its categories, or does not exist."""

from dataclasses import dataclass

from orders_service.domain.store import Store
from orders_service.domain.store_errors import StoreNotFound
from orders_service.ports.catalogue_query_port import CatalogueQueryPort


@dataclass(frozen=True, slots=True)
class ShowStore:
    """Which one."""

    slug: str


@dataclass(frozen=True, slots=True)
class ShowStoreUseCase:
    """Shows a store."""

    catalogue: CatalogueQueryPort

    def execute(self, request: ShowStore) -> Store:
        """The store. Raises StoreNotFound."""
        store = self.catalogue.store(request.slug)
        if store is None:
            raise StoreNotFound(request.slug)
        return store
