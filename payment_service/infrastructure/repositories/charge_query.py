"""A charge as whoever is to pay it sees it, straight from SQL."""

import sqlalchemy as sa

from payment_service.domain.errors import UnknownCharge
from payment_service.infrastructure.models.charge_model import charges
from payment_service.infrastructure.repositories.account_repository import AccountRepository
from payment_service.infrastructure.repositories.charge_repository import record_of
from payment_service.ports.charge_query_port import ChargeQueryPort, ChargeView
from servicekit.database.database import Database


class ChargeQuery(ChargeQueryPort):
    """One read, from one snapshot, without a lock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_order(self, store: str, order_id: str) -> ChargeView:
        """By its key."""
        wanted = sa.select(charges).where(charges.c.store == store, charges.c.order_id == order_id)
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
            if row is None:
                raise UnknownCharge("this order is not known here, or not yet")
            account = AccountRepository(connection).current(store)
            return ChargeView(
                record=record_of(connection, row),
                stores_key=None if account is None else account.public_key,
                now=self._database.clock(connection),
            )
