"""A whole restaurant in memory, with words for what tests do to it and ask of it."""

from orders_service.domain.product import StockReason
from servicekit.ids import new_id
from tests.builders.orders_service import STORE, a_product
from tests.fakes.orders_service.books import FakeDatabase, StoredAnswer
from tests.fakes.orders_service.clients import FakeClientQuery
from tests.fakes.orders_service.images import FakeImageQuery
from tests.fakes.orders_service.order_watch import FakeOrderWatch
from tests.fakes.orders_service.queries import (
    FakeCartQuery,
    FakeCatalogueQuery,
    FakeOrderQuery,
    FakePromotionQuery,
    FakeStaffQuery,
    FakeStockQuery,
    FakeStoreQuery,
    FakeSurveyQuery,
)
from tests.fakes.orders_service.secrets import FakeSealing
from tests.fakes.orders_service.unit_of_work import FakeUnitOfWork


class FakeRestaurant:
    def __init__(self):
        self.database = FakeDatabase()
        self.catalogue = FakeCatalogueQuery(self.database)
        self.image_query = FakeImageQuery(self.database)
        self.cart_query = FakeCartQuery(self.database)
        self.order_query = FakeOrderQuery(self.database)
        self.staff_query = FakeStaffQuery(self.database)
        self.store_query = FakeStoreQuery(self.database)
        self.stock_query = FakeStockQuery(self.database)
        self.promotion_query = FakePromotionQuery(self.database)
        self.order_watch = FakeOrderWatch(self.database)
        self.survey_query = FakeSurveyQuery(self.database)
        self.sealing = FakeSealing()
        self.client_query = FakeClientQuery(self.database, self.sealing)

    def uow(self):
        return FakeUnitOfWork(self.database)

    def sell(self, product=None, *, units=0):
        """A product on the menu, with so many units in stock."""
        product = product or a_product()
        with self.uow() as uow:
            uow.products.add(product)
            if units:
                uow.stock.receive(product.store, product.id, units, StockReason.SET, uow.now())
            uow.commit()
        self.database.commits = 0
        return product

    def keep(self, order, *, stocked=True):
        """An order as it stands, with its products on the shelves as its reservations say."""
        with self.uow() as uow:
            for reservation in order.reservations if stocked else ():
                product = a_product(reservation.product_id, store=order.store)
                uow.products.add(product)
                uow.stock.receive(order.store, product.id, 100, StockReason.SET, uow.now())
                shelf = uow.books.shelves[product.id]
                held = reservation.quantity if reservation.state in {"HELD", "COMMITTED"} else 0
                used = reservation.quantity if reservation.state == "CONSUMED" else 0
                shelf.change(on_hand=-used, reserved=held)
            assert uow.orders.add(order)
            uow.commit()
        self.database.commits = 0
        return order

    def pass_by(self, time):
        """Let so much time pass."""
        self.database.now += time

    def order(self, order_id):
        return self.database.books.orders[order_id]

    def said(self, order_id):
        """The types of the events said about the order, in their order."""
        return [one.event.type for one in self.database.books.said if one.order_id == order_id]

    def shelf(self, product_id):
        """(on hand, reserved)."""
        shelf = self.database.books.shelves[product_id]
        return shelf.on_hand, shelf.reserved

    def movements(self, product_id):
        return [
            (movement.reason.value, movement.delta)
            for movement in self.database.books.movements
            if movement.product_id == product_id
        ]

    def hear(self, event, *, order_id, store=STORE):
        """An event of the payment service that was consumed."""
        assert store == self.order(order_id).store
        self.database.books.heard.setdefault(order_id, []).append(event)

    def handle_event(self, at):
        """An event was handled then."""
        self.database.books.handled_at.append(at)

    def store_key(self, at):
        """An idempotency key was stored then."""
        self.database.books.keys_stored_at.append(at)

    def store_answer(self, body, *, store=STORE):
        """This was answered to a request with an Idempotency-Key."""
        self.database.books.answers.append(StoredAnswer(store, body))

    def stored_answers(self):
        """What would be answered again."""
        return [answer.body for answer in self.database.books.answers]

    def left_over(self):
        """(events handled, keys stored) that are still kept."""
        return len(self.database.books.handled_at), len(self.database.books.keys_stored_at)

    def dispose(self):
        """Nothing is open."""

    new_id = staticmethod(new_id)
