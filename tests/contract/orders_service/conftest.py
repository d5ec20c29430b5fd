import pytest

from tests.builders.orders_service import a_store
from tests.contract.orders_service.sql_restaurant import SqlRestaurant
from tests.fakes.orders_service.restaurant import FakeRestaurant


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def restaurant(request):
    """Two open stores, in memory and on each engine: what holds for one has to hold for all."""
    if request.param == "memory":
        restaurant = FakeRestaurant()
    else:
        fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
        restaurant = SqlRestaurant(request.getfixturevalue(fixture))
    with restaurant.uow() as uow:
        uow.stores.add(a_store())
        uow.stores.add(a_store("other"))
        uow.commit()
    yield restaurant
    restaurant.dispose()
