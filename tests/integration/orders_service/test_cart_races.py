"""Many with one cart at once: nothing that they put in is lost, and one order is made of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from orders_service.bootstrap import build
from servicekit.database.database import Database
from tests.fakes.orders_service.composed import StoppedClock, some_settings
from tests.fakes.orders_service.secrets import FakePasswords
from tests.integration.orders_service.cart_shop import CartShop, quantities

AT_ONCE = 6


@pytest.fixture(params=["sqlite", "postgresql", "postgresql+redis"])
def shops(request):
    """The same shop as two processes of it see it, in each of the ways that it can be set up."""
    database, _, redis = request.param.partition("+")
    url = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[database])
    redis_url = request.getfixturevalue("redis_url") if redis else None
    settings = some_settings(url, redis_url=redis_url)
    # An embedded system has one process; its threads share a database, and the turns of its writers.
    databases = [Database(url, pool_size=20) for _ in range(1 if database == "sqlite" else 2)]
    containers = [build(settings, database=one, passwords=FakePasswords()) for one in databases]
    containers[0].prepare()
    yield [CartShop(container, StoppedClock()) for container in containers]
    for one in databases:
        one.dispose()


def at_once(shops, work, times=AT_ONCE):
    """The answers of so many customers, let go together, each at one of the processes."""
    start = Barrier(times)

    def one(number):
        customer = shops[number % len(shops)].customer()
        start.wait(timeout=30)
        return work(customer, number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))


def test_of_many_checkouts_at_once_one_makes_an_order(shops):
    shop = shops[0]
    pizza = shop.product("calabresa")
    cart_id = shop.cart((pizza, 2))
    answers = at_once(shops, lambda customer, _number: customer.check_out(cart_id))
    won = [answer for answer in answers if answer.status_code == 201]
    lost = [answer for answer in answers if answer.status_code != 201]
    assert len(won) == 1
    assert {(one.status_code, one.json["type"]) for one in lost} == {(409, "/problems/cart-used")}
    assert {one.json["order_id"] for one in lost} == {won[0].json["id"]}
    assert shop.product("calabresa")["available"] == 22


def test_of_many_checkouts_at_once_with_one_key_all_that_succeed_are_the_same(shops):
    shop = shops[0]
    cart_id = shop.cart((shop.product("calabresa"), 2))
    key = {"Idempotency-Key": "one"}
    answers = at_once(shops, lambda customer, _number: customer.check_out(cart_id, key))
    orders = {answer.json["id"] for answer in answers if answer.status_code == 201}
    refused = {answer.json["type"] for answer in answers if answer.status_code != 201}
    assert len(orders) == 1
    assert refused <= {"/problems/idempotency-key-in-use"}
    assert shop.check_out(cart_id, key).json["id"] in orders
    assert shop.product("calabresa")["available"] == 22


def test_nothing_that_is_added_at_once_is_lost(shops):
    shop = shops[0]
    burger, cart_id = shop.product("X-Salada"), shop.cart()
    answers = at_once(shops, lambda customer, _number: customer.add(cart_id, burger["id"]))
    added = [answer.status_code for answer in answers].count(200)
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert added
    assert quantities(shop.look(cart_id)) == {burger["id"]: added}


def test_one_request_that_comes_many_times_at_once_adds_once(shops):
    shop = shops[0]
    burger, cart_id = shop.product("X-Salada"), shop.cart()
    key = {"Idempotency-Key": "one"}
    answers = at_once(shops, lambda customer, _number: customer.add(cart_id, burger["id"], 2, headers=key))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert quantities(shop.look(cart_id)) == {burger["id"]: 2}


def test_of_many_looks_at_a_new_price_at_least_one_is_told_and_later_ones_are_not(shops):
    shop = shops[0]
    burger = shop.product("X-Salada")
    cart_id = shop.cart((burger, 1))
    shop.reprice(burger, 3000)
    answers = at_once(shops, lambda customer, _number: customer.look(cart_id))
    told = [answer.json["items"][0]["changed"] for answer in answers]
    assert {answer.status_code for answer in answers} == {200}
    assert "price" in told
    assert shop.look(cart_id).json["items"][0]["changed"] is None


def test_looks_and_changes_at_once_lose_no_change(shops):
    shop = shops[0]
    burger, pizza = shop.product("X-Salada"), shop.product("calabresa")
    cart_id = shop.cart((burger, 1))
    shop.reprice(burger, 3000)

    def look_or_add(customer, number):
        return customer.add(cart_id, pizza["id"]) if number % 2 else customer.look(cart_id)

    answers = at_once(shops, look_or_add)
    added = [answer.status_code for answer in answers[1::2]].count(200)
    assert quantities(shop.look(cart_id))[pizza["id"]] == added > 0
