import pytest

from tests.unit.payment_service.usecases.house import House


@pytest.fixture
def house():
    return House()


@pytest.fixture
def paid_house(house):
    """One order, paid and heard of."""
    house.place()
    house.talk()
    house.gateway.pay(house.gateway.newest())
    house.wait(seconds=5).talk()
    return house
