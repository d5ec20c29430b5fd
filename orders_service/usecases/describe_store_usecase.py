"""When somebody asks about one store, they learn what it is, and whether it is open."""

from dataclasses import dataclass

from orders_service.domain.store import StoreNow
from orders_service.domain.store_errors import StoreNotFound
from orders_service.ports.store_query_port import StoreQueryPort


@dataclass(frozen=True, slots=True)
class DescribeStore:
    """Which one."""

    slug: str


@dataclass(frozen=True, slots=True)
class DescribeStoreUseCase:
    """Describes a store."""

    stores: StoreQueryPort

    def execute(self, request: DescribeStore) -> StoreNow:
        """The store as it is now. Raises StoreNotFound."""
        store = self.stores.find(request.slug)
        if store is None:
            raise StoreNotFound(request.slug)
        return StoreNow.at(store, self.stores.now())
