"""The service's storage, in memory and in SQL, behind the same face."""

import sqlalchemy as sa

from payment_service.infrastructure import database as tables
from payment_service.infrastructure.models.charge_model import provider_answers
from payment_service.infrastructure.repositories.books_query import BooksQuery
from payment_service.infrastructure.repositories.charge_query import ChargeQuery
from payment_service.infrastructure.repositories.payment_query import PaymentQuery
from payment_service.infrastructure.repositories.survey_query import SurveyQuery
from payment_service.infrastructure.unit_of_work import PaymentsUnitOfWork
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.messaging.outbox import Outbox
from tests.fakes.payment_service.books import FakeDatabase
from tests.fakes.payment_service.charge_query import FakeChargeQuery
from tests.fakes.payment_service.composed import StoppedClock
from tests.fakes.payment_service.our_books import FakeOurBooks
from tests.fakes.payment_service.payment_queries import FakePaymentQueries, FakeSurveyQuery
from tests.fakes.payment_service.unit_of_work import FakeUnitOfWork
from tests.fakes.servicekit.copies import prepared

PLATFORM = "100200300"


class MemoryBooks:
    def __init__(self):
        self.database = FakeDatabase()
        self.queries = FakePaymentQueries(self.database)
        self.charge_query = FakeChargeQuery(self.database)
        self.survey_query = FakeSurveyQuery(self.database)
        self.ours = FakeOurBooks(self.database, PLATFORM)

    def uow(self):
        return FakeUnitOfWork(self.database)

    def said(self):
        return [(one.event.type, one.subject, one.store, one.sequence) for one in self.database.books.said]

    def proofs(self):
        return [(one.payment_id, one.answer.status, one.answer.amount) for one in self.database.books.answers]

    def keep_key(self, at):
        self.database.books.keys.append(at)

    def dispose(self):
        pass


class SqlBooks:
    def __init__(self, url):
        self.database = Database(url, clock=StoppedClock())
        prepared(self.database, "payments", lambda: upgrade(self.database, tables.MIGRATIONS))
        self.outbox = Outbox(tables.outbox, tables.SOURCE)
        self.queries = PaymentQuery(self.database)
        self.charge_query = ChargeQuery(self.database)
        self.survey_query = SurveyQuery(self.database)
        self.ours = BooksQuery(self.database, PLATFORM)

    def uow(self):
        return PaymentsUnitOfWork(self.database, self.outbox)

    def said(self):
        table = tables.outbox
        columns = (table.c.type, table.c.subject, table.c.store, table.c.sequence)
        return [tuple(row) for row in self._rows(sa.select(*columns).order_by(table.c.id))]

    def proofs(self):
        table = provider_answers
        columns = (table.c.payment_id, table.c.status, table.c.amount)
        return [tuple(row) for row in self._rows(sa.select(*columns).order_by(table.c.id))]

    def keep_key(self, at):
        with self.database.transaction() as transaction:
            row = {
                "store": "default",
                "scope": at.isoformat(),
                "fingerprint": "",
                "status": 202,
                "body": "",
                "created_at": at,
            }
            transaction.connection.execute(sa.insert(tables.idempotency_keys).values(row))
            transaction.commit()

    def dispose(self):
        self.database.dispose()

    def _rows(self, statement):
        with self.database.read() as connection:
            return connection.execute(statement).all()
