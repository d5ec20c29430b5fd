"""Systems that can be hurt: servers of their own, which nobody else needs."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path

import pytest
import sqlalchemy as sa

from orders_service.domain.product import StockReason
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from servicekit.database.database import Database
from servicekit.messaging.outbox import Outbox
from tests.conftest import fresh_broker, fresh_database
from tests.servers.postgresql import PostgresqlServer
from tests.servers.private_server import PrivateServer
from tests.servers.rabbitmq import RabbitmqServer
from tests.servers.system import EmbeddedSystem, ProductionSystem, System

SECONDS_FOR_ONE_ROUND = 600
ROUNDS = int(os.environ.get("ROUNDS", "1"))
"""How often each storm is repeated; more in a long run."""
SEED = int(os.environ.get("SEED", "1"))
"""What chance begins from; the same seed makes the same plans."""
SETTINGS = {
    "PAYMENT_DEADLINE_SECONDS": "45",
    "CANCEL_PATIENCE_SECONDS": "90",
    "PAYMENT_ATTEMPTS": "2",
    "MERCADO_PAGO_TIMEOUT_SECONDS": "3",
}
UNITS = 100_000
Network = Callable[[str], AbstractContextManager[str]]
"""What stands between a service and the database at an address; gives the address to use."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(SECONDS_FOR_ONE_ROUND * ROUNDS))


def fill_the_shelves(system: System) -> None:
    """Enough of everything: a storm is not about being sold out."""
    database = Database(system.books[0])
    with OrdersUnitOfWork(database, Outbox(tables.outbox, tables.SOURCE)) as uow:
        counted = uow.connection.execute(sa.text("SELECT store, product_id FROM stock ORDER BY product_id"))
        for store, product_id in counted.all():
            uow.stock.receive(store, product_id, UNITS, StockReason.BATCH, uow.now())
        uow.commit()
    database.dispose()


@contextmanager
def running(system: System) -> Iterator[System]:
    """The system, started, with full shelves, and ended."""
    try:
        system.start()
        fill_the_shelves(system)
        yield system
    finally:
        system.stop()


@contextmanager
def own(server: type[PrivateServer]) -> Iterator[PrivateServer]:
    """A server that may be hurt."""
    one = server()
    one.start()
    try:
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """The embedded system, for the tests of one module."""
    with running(EmbeddedSystem(tmp_path_factory.mktemp("embedded"), SETTINGS)) as system:
        yield system


@contextmanager
def production_on(
    folder: Path, postgresql: str, rabbitmq: str, network: Network = nullcontext
) -> Iterator[ProductionSystem]:
    """The processes of production on these servers; their way to the databases is the network."""
    with ExitStack() as stack:
        orders, payments = (stack.enter_context(fresh_database(postgresql)) for _service in range(2))
        system = ProductionSystem(
            folder,
            orders_database=stack.enter_context(network(orders)),
            payments_database=stack.enter_context(network(payments)),
            broker=stack.enter_context(fresh_broker(rabbitmq)),
            settings=SETTINGS,
        )
        stack.enter_context(running(system))
        yield system


@pytest.fixture(scope="module")
def production(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, rabbitmq_server: str
) -> Iterator[System]:
    """The processes of production, on servers that are not hurt, for the tests of one module."""
    folder = tmp_path_factory.mktemp("production")
    with production_on(folder, postgresql_server, rabbitmq_server) as system:
        yield system


@pytest.fixture(scope="module", params=["embedded", "production"])
def system(request: pytest.FixtureRequest) -> System:
    """A system; the test runs once on each."""
    found: System = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def own_broker() -> Iterator[RabbitmqServer]:
    """A broker that may be hurt, for the tests of one module."""
    with own(RabbitmqServer) as broker:
        assert isinstance(broker, RabbitmqServer)
        yield broker


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[PostgresqlServer]:
    """A database server that may be hurt, for the tests of one module."""
    with own(PostgresqlServer) as server:
        assert isinstance(server, PostgresqlServer)
        yield server
