"""Reading a charge out of the books in memory."""

from payment_service.ports.charge_query_port import ChargeQueryPort, ChargeView
from tests.fakes.payment_service.unit_of_work import FakeUnitOfWork


class FakeChargeQuery(ChargeQueryPort):
    def __init__(self, database):
        self.database = database

    def of_order(self, store, order_id):
        with FakeUnitOfWork(self.database) as uow:
            account = uow.accounts.current(store)
            record = uow.charges.get(store, order_id).record
            return ChargeView(record, account and account.public_key, uow.now())
