from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.event_streams import EventStreamClient
from tests.integration.orders_service.conftest import Shop
from tests.integration.orders_service.live.houses import House


class WallClock:
    """For events of the payment service; the database has its own."""

    @property
    def now(self):
        return datetime.now(UTC)


@pytest.fixture
def shop(database_url):
    container = composed(database_url)
    yield Shop(container, WallClock())
    container.database.dispose()


@pytest.fixture
def house(shop, tmp_path):
    house = House(shop, tmp_path)
    yield house
    house.close()


@pytest.fixture
def connect():
    """Open a stream; all are closed after the test."""
    with ExitStack() as stack:

        def connect(server, path, **options):
            client = EventStreamClient(server.url + path, **options)
            stack.callback(client.close)
            return client

        yield connect
