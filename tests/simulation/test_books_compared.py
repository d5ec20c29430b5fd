"""A day with an order for every end there is, compared with what the provider has of it."""

from collections.abc import Iterator

import pytest

from payment_service.usecases.show_books_usecase import ShowStatement
from tests.simulation import books, houses
from tests.simulation.ends import ENDS
from tests.simulation.world import World


@pytest.fixture(scope="module")
def busy_world() -> Iterator[World]:
    with houses.embedded() as world:
        for drive in ENDS.values():
            drive(world)
        yield world


def test_what_the_books_agree_about_is_not_touched(busy_world: World):
    day = busy_world.clock.time.date()
    (one,), differences = busy_world.compare_books(day)
    assert (one.repaired, one.unsettled, differences) == (0, 0, [])
    sold_elsewhere = len(busy_world.bank.get("/__fake/books").json["payments"]) - one.compared
    assert sold_elsewhere == 1
    books.check_statements(busy_world)


def test_what_nobody_told_us_of_is_repaired_and_the_day_comes_to_the_same(busy_world: World):
    busy_world.webhooks.cut = True
    day = busy_world.clock.time.date()
    for which in range(len(busy_world.orders)):
        busy_world.bank_does("chargeback", which, status_detail="settled")
        busy_world.give_back_at_provider(which, 1)
    (one,), differences = busy_world.compare_books(day)
    assert one.repaired == len(differences) > 0
    assert one.unsettled == 0
    books.check_statements(busy_world)
    sums = busy_world.payment_service.usecases.show_statement.execute(ShowStatement(day))
    assert all(one.charged_back for one in sums.values())
