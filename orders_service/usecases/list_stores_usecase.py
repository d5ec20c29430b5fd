"""When somebody looks for a store, they see all there are, and which are open."""

from dataclasses import dataclass

from orders_service.domain.store import StoreNow
from orders_service.ports.page import Page
from orders_service.ports.store_query_port import StoreQueryPort


@dataclass(frozen=True, slots=True)
class ListStores:
    """A page of `limit` stores after the slug `after`."""

    after: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListStoresUseCase:
    """Lists stores."""

    stores: StoreQueryPort

    def execute(self, request: ListStores) -> Page[StoreNow, str]:
        """The page, as the stores are now."""
        page = self.stores.page(request.after, request.limit)
        now = self.stores.now()
        return Page(tuple(StoreNow.at(store, now) for store in page.items), page.next)
