"""The restaurant over a real database, with the words of the one in memory."""

import json

import sqlalchemy as sa

from orders_service.domain.product import StockReason
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.models.product_model import stock, stock_movements
from orders_service.infrastructure.repositories.cart_query import CartQuery
from orders_service.infrastructure.repositories.catalogue_query import CatalogueQuery
from orders_service.infrastructure.repositories.client_query import ClientQuery
from orders_service.infrastructure.repositories.image_repository import ImageQuery
from orders_service.infrastructure.repositories.order_query import OrderQuery
from orders_service.infrastructure.repositories.order_watch import OrderWatch
from orders_service.infrastructure.repositories.promotion_repository import PromotionQuery
from orders_service.infrastructure.repositories.staff_query import StaffQuery
from orders_service.infrastructure.repositories.stock_query import StockQuery
from orders_service.infrastructure.repositories.store_query import StoreQuery
from orders_service.infrastructure.repositories.survey_query import SurveyQuery
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.ids import new_id
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.inbox import Inbox
from servicekit.messaging.outbox import Outbox
from tests.builders.orders_service import NOON, STORE, a_product
from tests.fakes.orders_service.secrets import FakeSealing
from tests.fakes.servicekit.copies import prepared


class SqlRestaurant:
    def __init__(self, url):
        self.now = NOON
        self.database = Database(url, clock=lambda _connection: self.now)
        prepared(self.database, "orders' tables", lambda: upgrade(self.database, tables.MIGRATIONS))
        self.outbox = Outbox(tables.outbox, tables.SOURCE)
        self.inbox = Inbox(self.database, tables.inbox, tables.CONSUMER)
        self.catalogue = CatalogueQuery(self.database)
        self.image_query = ImageQuery(self.database)
        self.cart_query = CartQuery(self.database)
        self.order_query = OrderQuery(self.database)
        self.staff_query = StaffQuery(self.database)
        self.store_query = StoreQuery(self.database)
        self.stock_query = StockQuery(self.database)
        self.promotion_query = PromotionQuery(self.database)
        self.order_watch = OrderWatch(self.database)
        self.survey_query = SurveyQuery(self.database)
        self.sealing = FakeSealing()
        self.client_query = ClientQuery(self.database, self.sealing)

    def uow(self):
        return OrdersUnitOfWork(self.database, self.outbox)

    def sell(self, product=None, *, units=0):
        product = product or a_product()
        with self.uow() as uow:
            uow.products.add(product)
            if units:
                uow.stock.receive(product.store, product.id, units, StockReason.SET, uow.now())
            uow.commit()
        return product

    def pass_by(self, time):
        self.now += time

    def said(self, order_id):
        table = tables.outbox
        return [row.type for row in self._rows(table, table.c.subject == order_id, table.c.id)]

    def shelf(self, product_id):
        (row,) = self._rows(stock, stock.c.product_id == product_id, stock.c.product_id)
        return row.on_hand, row.reserved

    def movements(self, product_id):
        columns = stock_movements.c
        rows = self._rows(stock_movements, columns.product_id == product_id, columns.id)
        return [(row.reason, row.delta) for row in rows]

    def hear(self, event, *, order_id, store=STORE):
        envelope = Envelope(
            id=event.id,
            type=event.type,
            source=event.source,
            subject=order_id,
            store=store,
            time=event.time,
            data=event.data,
            sequence=1,
            dataschema="/events/x",
            causationid=event.causationid,
        )
        self.inbox.store([envelope])
        self._write(
            sa.update(tables.inbox)
            .where(tables.inbox.c.id == event.id)
            .values(status="done", handled_at=event.handled_at, attempts=event.attempts)
        )

    def handle_event(self, at):
        envelope = Envelope(new_id(), "x", "/payments", new_id(), STORE, at, {}, 1, "/events/x")
        self.inbox.store([envelope])
        done = {"status": "done", "received_at": at, "handled_at": at}
        self._write(sa.update(tables.inbox).where(tables.inbox.c.id == envelope.id).values(done))

    def store_key(self, at):
        row = {"store": STORE, "scope": new_id(), "fingerprint": "", "status": 201, "body": json.dumps({})}
        self._write(sa.insert(tables.idempotency_keys).values(created_at=at, **row))

    def store_answer(self, body, *, store=STORE):
        answer = {"store": store, "scope": new_id(), "fingerprint": "", "status": 201}
        answer |= {"body": json.dumps(body), "created_at": self.now}
        self._write(sa.insert(tables.idempotency_keys).values(answer))

    def stored_answers(self):
        table = tables.idempotency_keys
        return [json.loads(row.body) for row in self._rows(table, sa.true(), table.c.scope)]

    def left_over(self):
        return len(self._rows(tables.inbox)), len(self._rows(tables.idempotency_keys))

    def _rows(self, table, condition=None, order_by=None):
        statement = sa.select(table)
        if condition is not None:
            statement = statement.where(condition).order_by(order_by)
        with self.database.read() as connection:
            return connection.execute(statement).all()

    def _write(self, statement):
        with self.database.transaction() as transaction:
            transaction.connection.execute(statement)
            transaction.commit()

    def dispose(self):
        self.database.dispose()

    new_id = staticmethod(new_id)
