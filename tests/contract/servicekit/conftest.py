import pytest

from tests.builders.servicekit import Service
from tests.fakes.servicekit.clock import AdjustableClock


@pytest.fixture
def service(database_url):
    """A service with its tables, on each engine."""
    service = Service(database_url).create_tables()
    yield service
    service.database.dispose()


@pytest.fixture
def clock():
    return AdjustableClock()


@pytest.fixture
def timed_service(database_url, clock):
    """The same, whose database's clock is `clock`."""
    service = Service(database_url, clock=clock).create_tables()
    yield service
    service.database.dispose()
