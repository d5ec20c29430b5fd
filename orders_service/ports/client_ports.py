"""Clients: kept, found, listed, erased."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orders_service.domain.client import Client, Registration
from orders_service.domain.order import Order
from orders_service.ports.page import Page


@dataclass(frozen=True, slots=True)
class Particulars:
    """What is known of a client beside the name. The CPF and the e-mail are sealed."""

    sealed_cpf: str
    sealed_email: str | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class SealedClient:
    """The sealed texts of one client, of whatever store."""

    client_id: str
    sealed_cpf: str | None
    sealed_email: str | None


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """Where in the list of a client's orders one stands."""

    created_at: datetime
    order_id: str


class ClientRepositoryPort(Protocol):
    """Clients by store, and by the keyed digest of their CPF."""

    @abstractmethod
    def add(
        self, store: str, client: Client, cpf_digest: str, particulars: Particulars | None = None
    ) -> bool:
        """Keep a new client. False, with nothing changed, where the CPF is registered."""
        raise NotImplementedError

    @abstractmethod
    def find(self, store: str, cpf_digest: str) -> Client | None:
        """Who is registered with this CPF."""
        raise NotImplementedError

    @abstractmethod
    def find_to_order(self, store: str, cpf_digest: str) -> Client | None:
        """The same; until the end of the unit of work, nobody else orders for this client, or erases them."""
        raise NotImplementedError

    @abstractmethod
    def erase(self, store: str, client_id: str, now: datetime) -> bool:
        """Erase the personal data wherever it is kept; again changes nothing. False: never was a client here.

        That is the row, stored answers that name the client, and what was noted on orders that are over. On
        the others the notes stay as long as the kitchen needs them.
        """
        raise NotImplementedError

    @abstractmethod
    def forget_notes(self, limit: int) -> int:
        """Erase what was noted on orders of erased clients that are over by now.

        Of at most `limit` clients; gives of how many.
        """
        raise NotImplementedError

    @abstractmethod
    def sealed(self, after: str, limit: int) -> Sequence[SealedClient]:
        """The next clients of all stores, by id, locked."""
        raise NotImplementedError

    @abstractmethod
    def seal_again(self, client: SealedClient) -> None:
        """Keep these texts in place of those before."""
        raise NotImplementedError


class ClientQueryPort(Protocol):
    """Reading the clients of a store, without locking any. Who was erased is not there."""

    @abstractmethod
    def find(self, store: str, client_id: str) -> Registration | None:
        """By id."""
        raise NotImplementedError

    @abstractmethod
    def identify(self, store: str, cpf_digest: str) -> Registration | None:
        """By the keyed digest of the CPF."""
        raise NotImplementedError

    @abstractmethod
    def registrations(self, store: str, before: str | None, limit: int) -> Page[Registration, str]:
        """Newest first, after the client with the id `before`."""
        raise NotImplementedError

    @abstractmethod
    def history(
        self, store: str, client_id: str, before: HistoryPosition | None, limit: int
    ) -> Page[Order, HistoryPosition]:
        """The client's orders, newest first."""
        raise NotImplementedError


ForgetOverwritten = Callable[[], None]
"""Has the database let go of the bytes that erasures left behind in its files, as far as it can."""
