"""When a manager looks through the clients, they see each, and what each has ordered."""

from dataclasses import dataclass

from orders_service.domain.client import Registration
from orders_service.domain.client_errors import ClientNotFound
from orders_service.domain.order import Order
from orders_service.ports.client_ports import ClientQueryPort, HistoryPosition
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class ListClients:
    """A page of `limit` clients, newest first, after the client with the id `before`."""

    store: str
    before: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class ListClientsUseCase:
    """Lists clients."""

    clients: ClientQueryPort

    def execute(self, request: ListClients) -> Page[Registration, str]:
        """The page."""
        return self.clients.registrations(request.store, request.before, request.limit)


@dataclass(frozen=True, slots=True)
class ShowClient:
    """Which one."""

    store: str
    client_id: str


@dataclass(frozen=True, slots=True)
class ShowClientUseCase:
    """Shows a client."""

    clients: ClientQueryPort

    def execute(self, request: ShowClient) -> Registration:
        """Who it is. Raises ClientNotFound."""
        found = self.clients.find(request.store, request.client_id)
        if found is None:
            raise ClientNotFound
        return found


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """A page of `limit` orders of a client, newest first, after a position."""

    store: str
    client_id: str
    before: HistoryPosition | None
    limit: int


@dataclass(frozen=True, slots=True)
class ShowHistoryUseCase:
    """Lists what a client has ordered."""

    clients: ClientQueryPort

    def execute(self, request: ShowHistory) -> Page[Order, HistoryPosition]:
        """The page. Raises ClientNotFound, also for a client who was erased."""
        if self.clients.find(request.store, request.client_id) is None:
            raise ClientNotFound
        return self.clients.history(request.store, request.client_id, request.before, request.limit)
