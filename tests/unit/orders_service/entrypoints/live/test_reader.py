"""The reader over a restaurant in memory, and the streams as those who watch."""

import pytest

from orders_service.domain.order_progress import OrderStatus
from orders_service.entrypoints.live import reader as module
from orders_service.entrypoints.live.reader import LiveReader
from orders_service.usecases.watch_orders_usecase import WatchOrdersUseCase
from servicekit.database.commits import Commits
from tests.builders.orders_service import STORE, a_product, an_order_in
from tests.fakes.orders_service.restaurant import FakeRestaurant

POLL = 3600


class House:
    """A reader that is told where to look, and polls so seldom that no test sees it."""

    def __init__(self, poll_seconds=POLL):
        self.restaurant = FakeRestaurant()
        self.watch = self.restaurant.order_watch
        self.rendered = []
        self.reader = LiveReader(WatchOrdersUseCase(self.watch), self.render, Commits(), poll_seconds)

    def render(self, order):
        self.rendered.append((order.id, order.version))
        return f"{order.id} {order.version}"

    def keep(self, status=OrderStatus.RECEIVED, **details):
        return self.restaurant.keep(an_order_in(status, **details), stocked=True)

    def advance(self, order, status):
        with self.restaurant.uow() as uow:
            loaded = uow.orders.get(order.store, order.id)
            loaded.advance(status, uow.now())
            uow.orders.save(loaded)
            uow.commit()
        self.reader.hint([f"{order.store}/{order.id}"])

    def watch_order(self, order, wake=lambda: None):
        return self.reader.orders.watch((order.store, order.id), wake)

    def looks(self):
        """How often the database was asked since the last time."""
        looks, self.watch.looks = self.watch.looks, 0
        return looks


@pytest.fixture
def house():
    return House()


def test_the_first_look_shows_the_order_as_it_is(house):
    order = house.keep()
    watch = house.watch_order(order)

    assert house.reader.step() == 0

    assert watch.is_fresh
    assert (watch.state.version, watch.state.text) == (order.version, f"{order.id} {order.version}")


def test_an_order_that_the_store_does_not_have_is_not_there(house):
    order = house.keep()
    known = house.watch_order(order)
    foreign = house.reader.orders.watch(("other", order.id), lambda: None)
    house.reader.step()

    assert foreign.is_fresh
    assert (known.state is None, foreign.state) == (False, None)


def test_a_thousand_streams_cost_one_look_and_an_order_is_written_out_once_for_all(house):
    orders = [house.keep(number=f"A{number}") for number in range(20)]
    watches = [house.watch_order(order) for order in orders for _ in range(50)]
    house.reader.step()
    assert house.looks() == 1
    assert len(house.rendered) == 20

    house.advance(orders[7], OrderStatus.IN_PREPARATION)
    house.reader.step()

    assert house.looks() == 1
    assert len(house.rendered) == 21
    assert {watch.state.status for watch in watches[350:400]} == {OrderStatus.IN_PREPARATION}


def test_without_news_the_database_is_not_asked(house):
    house.watch_order(house.keep())
    house.reader.step()
    house.looks()

    house.reader.step()

    assert house.looks() == 0


def test_notices_of_what_nobody_watches_ask_for_no_look(house):
    house.watch_order(house.keep())
    house.reader.step()
    house.looks()

    house.advance(house.keep(number="B2"), OrderStatus.IN_PREPARATION)
    house.reader.step()

    assert house.looks() == 0


def test_a_notice_without_words_makes_it_look_at_everything(house):
    order = house.keep()
    watch = house.watch_order(order)
    house.reader.step()
    house.advance(order, OrderStatus.IN_PREPARATION)
    house.reader._hints = module.Hints()  # that notice was lost

    house.reader.hint(())
    house.reader.step()

    assert watch.state.status is OrderStatus.IN_PREPARATION


def test_a_lost_notice_only_costs_the_time_until_the_next_poll():
    house = House(poll_seconds=0)
    order = house.keep()
    watch = house.watch_order(order)
    house.reader.step()
    house.advance(order, OrderStatus.IN_PREPARATION)
    house.reader._hints = module.Hints()

    house.reader.step()

    assert watch.state.status is OrderStatus.IN_PREPARATION


def test_without_notices_each_step_looks_at_everything():
    house = House(poll_seconds=None)
    house.watch_order(house.keep())
    house.reader.step()
    house.reader.step()

    assert house.looks() == 2


def test_what_was_to_be_looked_at_is_looked_at_again_when_the_look_failed(house):
    order = house.keep()
    watch = house.watch_order(order)
    house.reader.step()
    house.advance(order, OrderStatus.IN_PREPARATION)
    newcomer = house.watch_order(order)
    look, house.watch.look = house.watch.look, None

    with pytest.raises(TypeError):
        house.reader.step()
    assert not newcomer.is_fresh

    house.watch.look = look
    house.reader.step()
    assert newcomer.is_fresh
    assert watch.state.status is OrderStatus.IN_PREPARATION


def test_orders_that_nobody_watches_any_more_are_forgotten():
    house = House(poll_seconds=0)
    watch = house.watch_order(house.keep())
    house.reader.step()
    watch.leave()
    house.reader.step()

    assert house.reader._known == {}


# Queues and boards


def test_a_queue_holds_its_orders_and_what_became_of_those_that_left(house):
    first, second = house.keep(number="A1"), house.keep(OrderStatus.READY, number="B2")
    watch = house.reader.queues.watch(STORE, lambda: None)
    house.reader.step()
    assert list(watch.state.orders) == [second.id, first.id]

    house.advance(second, OrderStatus.FINISHED)
    house.reader.step()

    assert list(watch.state.orders) == [first.id]
    assert watch.state.left[second.id].status is OrderStatus.FINISHED


def test_only_so_many_of_those_that_left_are_remembered(house, monkeypatch):
    monkeypatch.setattr(module, "LEFT_AT_MOST", 1)
    orders = [house.keep(OrderStatus.READY, number=f"A{number}") for number in range(3)]
    watch = house.reader.queues.watch(STORE, lambda: None)
    house.reader.step()
    for order in orders:
        house.advance(order, OrderStatus.FINISHED)
        house.reader.step()

    assert list(watch.state.left) == [orders[2].id]


def test_a_board_holds_numbers_and_asks_for_no_order_as_a_whole(house):
    order = house.keep(OrderStatus.IN_PREPARATION)
    watch = house.reader.boards.watch(STORE, lambda: None)
    house.reader.step()
    assert [(one.number, one.status) for one in watch.state.orders.values()] == [
        ("A47", OrderStatus.IN_PREPARATION)
    ]

    house.advance(order, OrderStatus.READY)
    house.reader.step()

    assert [one.status for one in watch.state.orders.values()] == [OrderStatus.READY]
    assert house.rendered == []


def test_a_queue_is_woken_only_by_what_happens_in_its_store(house):
    woken = []
    house.keep()
    house.reader.queues.watch(STORE, lambda: woken.append(1))
    house.reader.step()
    del woken[:]
    elsewhere = house.keep(number="B2", store="other", products=[a_product(store="other")])
    house.advance(elsewhere, OrderStatus.IN_PREPARATION)
    house.reader.step()

    assert woken == []


def test_the_same_queue_has_the_same_mark_in_every_process(house):
    house.keep()
    watch = house.reader.queues.watch(STORE, lambda: None)
    house.reader.step()
    other = LiveReader(WatchOrdersUseCase(house.watch), house.render, Commits(), POLL)
    there = other.queues.watch(STORE, lambda: None)
    other.step()

    assert there.state.mark == watch.state.mark
