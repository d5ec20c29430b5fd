"""What a database would keep, in dictionaries."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime

from orders_service.domain.client import Client
from orders_service.domain.image import Image
from orders_service.domain.order import Order
from orders_service.domain.product import Product, StockReason
from orders_service.domain.promotion import Promotion
from orders_service.domain.sign_in_failures import SignInFailures
from orders_service.domain.staff import Staff
from orders_service.domain.store import Store
from orders_service.ports.client_ports import Particulars
from orders_service.ports.order_query_port import SagaEvent
from tests.builders.orders_service import NOON


@dataclass
class Shelf:
    """Units of one product; never fewer on hand than reserved, never fewer reserved than none."""

    store: str
    on_hand: int = 0
    reserved: int = 0
    low_at: int | None = None

    def change(self, on_hand: int = 0, reserved: int = 0) -> None:
        self.on_hand += on_hand
        self.reserved += reserved
        assert 0 <= self.reserved <= self.on_hand, "the database has a constraint here"


@dataclass(frozen=True)
class Movement:
    """A change of what is on hand."""

    product_id: str
    reason: StockReason
    delta: int
    order_id: str | None = None
    at: datetime | None = None
    id: str = ""
    note: str | None = None
    username: str | None = None


@dataclass(frozen=True)
class SaidEvent:
    """A row of the outbox."""

    id: str
    order_id: str
    event: object
    sequence: int
    at: datetime


@dataclass
class KeptClient:
    """A client's row."""

    store: str
    client: Client
    cpf_digest: str | None
    particulars: Particulars | None
    erased: bool = False
    notes_left: bool = False


@dataclass
class StoredAnswer:
    """What was answered to a request with an Idempotency-Key."""

    store: str
    body: dict[str, object]


@dataclass
class Books:
    """Everything that is stored."""

    stores: dict[str, Store] = field(default_factory=dict)
    clients: dict[str, KeptClient] = field(default_factory=dict)
    answers: list[StoredAnswer] = field(default_factory=list)
    staff: dict[tuple[str, str], Staff] = field(default_factory=dict)
    sign_in_failures: dict[tuple[str, str], SignInFailures] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    promotions: dict[str, Promotion] = field(default_factory=dict)
    shelves: dict[str, Shelf] = field(default_factory=dict)
    images: dict[tuple[str, str], Image] = field(default_factory=dict)
    images_wanted_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    said: list[SaidEvent] = field(default_factory=list)
    heard: dict[str, list[SagaEvent]] = field(default_factory=dict)
    handled_at: list[datetime] = field(default_factory=list)
    keys_stored_at: list[datetime] = field(default_factory=list)

    def shown(self, order: Order) -> Order:
        """A copy as it is read: without the client, once that one is erased."""
        copy = deepcopy(order)
        client = copy.terms.client
        kept = self.clients.get(client.id) if client is not None else None
        if kept is not None and kept.erased:
            copy.terms = replace(copy.terms, client=None)
        return copy

    def copy(self) -> "Books":
        return deepcopy(self)


@dataclass
class FakeDatabase:
    """Books with a clock. Whoever commits replaces the books as a whole."""

    books: Books = field(default_factory=Books)
    now: datetime = NOON
    commits: int = 0
