"""Redis is away, or silent: carts wait for it, and nothing else does."""

import time

import pytest

from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.tcp_proxy import TcpProxy
from tests.integration.orders_service.cart_shop import CartShop, problem, quantities

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
BEARABLE_SECONDS = 5
"""On a machine with much else to do; Redis itself is not waited for as long as a second."""


@pytest.fixture
def proxy(redis_url):
    with TcpProxy(redis_url) as proxy:
        yield proxy


@pytest.fixture
def shop(sqlite_url, clock, proxy):
    """A shop that reaches Redis over this network."""
    container = composed(sqlite_url, clock, redis_url=proxy.url)
    yield CartShop(container, clock)
    container.database.dispose()


@pytest.fixture(params=["closed", "silent"])
def lose(request, proxy):
    return proxy.close if request.param == "closed" else proxy.mute


def every_verb(shop, product):
    path = f"/carts/{NOBODY}"
    yield shop.open_cart
    yield lambda: shop.http.get(path)
    yield lambda: shop.add(NOBODY, product["id"])
    yield lambda: shop.set(NOBODY, product, 1)
    yield lambda: shop.take_out(NOBODY, product)
    yield lambda: shop.check_out(NOBODY)
    yield lambda: shop.http.delete(path)


def test_carts_are_refused_at_once_and_named(shop, lose):
    product = shop.product("X-Salada")
    lose()
    for verb in every_verb(shop, product):
        began = time.monotonic()
        answer = verb()
        assert time.monotonic() - began < BEARABLE_SECONDS
        assert problem(answer) == (503, "carts-unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert "127.0.0.1" not in answer.text


def test_everything_else_goes_on(shop, lose):
    product = shop.product("X-Salada")
    lose()
    assert shop.http.get("/products").status_code == 200
    assert shop.checkout((product, 1), headers={"Idempotency-Key": "one"}).status_code == 201
    assert shop.manager["Authorization"]


def test_readiness_tells_of_it_and_stays(shop, lose):
    assert shop.http.get("/health/ready").json["checks"]["orders-carts"] == "ok"
    lose()
    answer = shop.http.get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert answer.json["checks"]["orders-carts"] == "degraded"


def test_a_stored_answer_needs_no_redis(shop, lose):
    key = {"Idempotency-Key": "one"}
    cart_id = shop.cart((shop.product("X-Salada"), 2))
    first = shop.check_out(cart_id, key)
    lose()
    again = shop.check_out(cart_id, key)
    assert (again.status_code, again.json) == (201, first.json)
    assert problem(shop.check_out(cart_id)) == (409, "cart-used")


def test_an_order_is_answered_also_where_its_cart_cannot_be_emptied(shop, proxy):
    cart_id = shop.cart((shop.product("X-Salada"), 2))
    proxy.mute_at(b"DEL")
    assert shop.check_out(cart_id).status_code == 201
    proxy.unmute()


def test_carts_are_back_when_redis_is(shop, proxy):
    cart_id = shop.cart((shop.product("X-Salada"), 2))
    proxy.mute()
    assert problem(shop.look(cart_id)) == (503, "carts-unavailable")
    proxy.cut()
    proxy.unmute()
    assert quantities(shop.look(cart_id))[shop.product("X-Salada")["id"]] == 2


def test_a_change_whose_answer_was_lost_is_sent_again_and_counts_once(shop, proxy):
    product, key = shop.product("X-Salada"), {"Idempotency-Key": "one"}
    cart_id = shop.cart((product, 1))
    proxy.mute_at(b"EVALSHA")
    assert problem(shop.add(cart_id, product["id"], 2, headers=key)) == (503, "carts-unavailable")
    proxy.unmute()
    proxy.cut()
    assert quantities(shop.add(cart_id, product["id"], 2, headers=key)) == {product["id"]: 3}


def test_an_id_is_never_taken_twice(shop):
    kept = shop.keeper.get("default", shop.cart())
    with pytest.raises(Exception, match="already"):
        shop.keeper.add(kept.cart)
