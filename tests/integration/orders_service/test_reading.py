import sqlalchemy as sa

from orders_service.infrastructure import database as tables
from orders_service.infrastructure.database import MIGRATIONS
from orders_service.infrastructure.models.people_model import stores
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.messaging.outbox import Outbox
from tests.builders.orders_service import a_store


def test_what_takes_several_queries_to_read_is_read_as_of_one_moment(database_url):
    database = Database(database_url)
    upgrade(database, MIGRATIONS)
    other = Database(database_url)
    count = sa.select(sa.func.count()).select_from(stores)
    with database.read() as connection:
        assert connection.scalar(count) == 0
        with OrdersUnitOfWork(other, Outbox(tables.outbox, tables.SOURCE)) as uow:
            uow.stores.add(a_store())
            uow.commit()
        assert connection.scalar(count) == 0
    with database.transaction() as transaction:
        assert transaction.connection.scalar(count) == 1
        # What reading needs does not stay behind on a pooled connection. (SQLite knows one level only.)
        assert transaction.connection.get_isolation_level() in {"SERIALIZABLE", "READ COMMITTED"}
    other.dispose()
    database.dispose()
