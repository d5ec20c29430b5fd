"""A unit of work over books in memory: it works on a copy, which a commit puts in their place."""

from orders_service.ports.unit_of_work_port import UnitOfWorkPort
from servicekit.ids import new_id
from tests.fakes.orders_service.books import SaidEvent
from tests.fakes.orders_service.clients import FakeClientRepository
from tests.fakes.orders_service.images import FakeImageRepository
from tests.fakes.orders_service.order_repository import FakeOrderRepository, FakeOverdueOrders
from tests.fakes.orders_service.repositories import (
    FakeAnnouncements,
    FakeLeftovers,
    FakeProductRepository,
    FakePromotionRepository,
    FakeSignInFailures,
    FakeStaffRepository,
    FakeStock,
    FakeStoreRepository,
)


class FakeUnitOfWork(UnitOfWorkPort):
    def __init__(self, database):
        self.database = database
        self.tracked = {}

    def __enter__(self):
        self.books = self.database.books.copy()
        return self

    def __exit__(self, kind, error, traceback):
        del self.books

    def commit(self):
        for order in self.tracked.values():
            for event in order.pull_events():
                self.books.said.append(SaidEvent(new_id(), order.id, event, order.version, self.now()))
        self.database.books = self.books.copy()
        self.database.commits += 1

    def now(self):
        return self.database.now

    def track(self, order):
        self.tracked[id(order)] = order

    @property
    def orders(self):
        return FakeOrderRepository(self)

    @property
    def overdue_orders(self):
        return FakeOverdueOrders(self)

    @property
    def products(self):
        return FakeProductRepository(self.books)

    @property
    def promotions(self):
        return FakePromotionRepository(self.books)

    @property
    def images(self):
        return FakeImageRepository(self.books)

    @property
    def stock(self):
        return FakeStock(self.books)

    @property
    def stores(self):
        return FakeStoreRepository(self.books)

    @property
    def clients(self):
        return FakeClientRepository(self.books)

    @property
    def staff(self):
        return FakeStaffRepository(self.books)

    @property
    def sign_in_failures(self):
        return FakeSignInFailures(self.books)

    @property
    def announcements(self):
        return FakeAnnouncements(self)

    @property
    def leftovers(self):
        return FakeLeftovers(self.books)
