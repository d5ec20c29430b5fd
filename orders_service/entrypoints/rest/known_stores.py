"""Whether the store that a request names exists."""

from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.show_store_usecase import ShowStore
from servicekit.http.stores import current_store


class KnownStores:
    """Asks once for each store: one that exists never goes away, and its slug never changes."""

    def __init__(self, usecases: UseCases) -> None:
        self._usecases = usecases
        self._known: set[str] = set()

    def require(self) -> None:
        """For before_request. Raises StoreNotFound."""
        slug = current_store()
        if slug not in self._known:
            self._usecases.public_menu.show_store.execute(ShowStore(slug))
            self._known.add(slug)
