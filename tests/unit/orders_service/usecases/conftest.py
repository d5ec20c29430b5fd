import pytest

from tests.builders.orders_service import a_store
from tests.fakes.orders_service.restaurant import FakeRestaurant


@pytest.fixture
def restaurant():
    """An open store with nothing in it yet."""
    restaurant = FakeRestaurant()
    with restaurant.uow() as uow:
        uow.stores.add(a_store())
        uow.commit()
    restaurant.database.commits = 0
    return restaurant
