from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders_service.domain.cart import Cart, CartItem
from servicekit.ids import new_id
from tests.builders.orders_service import STORE, a_cart, a_cart_item
from tests.contract.orders_service.cart_keepers import MemoryKeeper, RedisKeeper, SqlKeeper
from tests.fakes.orders_service.cart_repository import LIFETIME

MOMENT = timedelta(seconds=30)
"""What a test may take, where the clock cannot be stopped."""

texts = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=140
)
items = st.builds(
    CartItem,
    product_id=st.uuids().map(str),
    quantity=st.integers(1, 9_999),
    notes=st.none() | texts,
    told_price=st.integers(0, 10**15),
    told_discount=st.integers(0, 10**15),
)
carts_of_any_kind = st.builds(
    Cart,
    id=st.builds(new_id),
    store=st.just(STORE),
    items=st.lists(items, max_size=4).map(tuple),
    requests=st.lists(texts, max_size=3).map(tuple),
)


@pytest.fixture(params=["memory", "sqlite", "postgresql", "redis"])
def keeper(request):
    """A place that keeps carts: what holds for one has to hold for all."""
    if request.param == "memory":
        keeper = MemoryKeeper()
    elif request.param == "redis":
        keeper = RedisKeeper(request.getfixturevalue("redis_url"))
    else:
        fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
        keeper = SqlKeeper(request.getfixturevalue(fixture))
    yield keeper
    keeper.close()


@pytest.fixture
def carts(keeper):
    return keeper.carts


def with_item(kept, quantity=1):
    return replace(kept.cart, items=(*kept.cart.items, a_cart_item(quantity=quantity)))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(cart=carts_of_any_kind)
def test_a_cart_comes_back_as_it_was_kept(carts, cart):
    kept = carts.add(cart)
    assert kept.cart == cart
    assert carts.get(STORE, cart.id) == kept


def test_a_cart_that_was_saved_comes_back_as_it_was_saved(carts):
    kept = carts.add(a_cart())
    fuller = with_item(kept)
    saved = carts.save(kept, fuller, renews=True)
    assert saved.cart == fuller
    assert saved.version != kept.version
    assert carts.get(STORE, kept.cart.id) == saved


def test_a_cart_that_nobody_kept_is_none(carts):
    assert carts.get(STORE, new_id()) is None
    assert not carts.remove(STORE, new_id())


def test_another_stores_cart_is_none_of_ours(carts):
    kept = carts.add(a_cart())
    assert carts.get("other", kept.cart.id) is None
    assert not carts.remove("other", kept.cart.id)
    assert carts.save(kept, replace(kept.cart, store="other"), renews=True) is None
    assert carts.get(STORE, kept.cart.id) == kept


def test_what_somebody_else_changed_is_not_overwritten(carts):
    kept = carts.add(a_cart())
    first = carts.save(kept, with_item(kept), renews=True)
    assert carts.save(kept, with_item(kept), renews=True) is None
    assert carts.save(kept, kept.cart, renews=False) is None
    assert carts.get(STORE, kept.cart.id) == first


def test_a_cart_that_was_removed_is_gone_and_not_saved_again(carts):
    kept = carts.add(a_cart())
    assert carts.remove(STORE, kept.cart.id)
    assert carts.get(STORE, kept.cart.id) is None
    assert carts.save(kept, kept.cart, renews=True) is None
    assert not carts.remove(STORE, kept.cart.id)


def test_a_cart_says_when_it_expires(keeper):
    before = keeper.now()
    kept = keeper.carts.add(a_cart())
    assert timedelta() <= kept.expires_at - (before + LIFETIME) < MOMENT


def test_a_cart_expires_after_its_time(keeper, carts):
    kept = carts.add(a_cart())
    keeper.pass_by(LIFETIME - MOMENT)
    assert carts.get(STORE, kept.cart.id) is not None
    keeper.pass_by(MOMENT)
    assert carts.get(STORE, kept.cart.id) is None
    assert carts.save(kept, kept.cart, renews=True) is None
    assert not carts.remove(STORE, kept.cart.id)


def test_a_change_renews_a_cart(keeper, carts):
    kept = carts.add(a_cart())
    keeper.pass_by(LIFETIME - MOMENT)
    before = keeper.now()
    saved = carts.save(carts.get(STORE, kept.cart.id), with_item(kept), renews=True)
    assert timedelta() <= saved.expires_at - (before + LIFETIME) < MOMENT
    keeper.pass_by(LIFETIME - MOMENT)
    assert carts.get(STORE, kept.cart.id) is not None


def test_what_is_no_change_does_not_renew_a_cart(keeper, carts):
    kept = carts.add(a_cart())
    keeper.pass_by(LIFETIME - MOMENT)
    aged = carts.get(STORE, kept.cart.id)
    saved = carts.save(aged, kept.cart, renews=False)
    assert saved.expires_at == aged.expires_at
    keeper.pass_by(MOMENT)
    assert carts.get(STORE, kept.cart.id) is None


def test_expired_carts_are_forgotten_and_no_more_than_asked(keeper, carts):
    for _ in range(3):
        carts.add(a_cart())
    keeper.pass_by(LIFETIME)
    alive = carts.add(a_cart())
    forgotten = [carts.forget_expired(2) for _ in range(3)]
    assert forgotten == ([0, 0, 0] if keeper.forgets_by_itself else [2, 1, 0])
    assert carts.get(STORE, alive.cart.id) == alive


def test_of_many_changes_at_once_to_what_they_saw_one_is_kept(carts):
    kept = carts.add(a_cart())
    with ThreadPoolExecutor(8) as threads:
        saved = list(
            threads.map(lambda number: carts.save(kept, with_item(kept, number), renews=True), range(1, 9))
        )
    (won,) = [one for one in saved if one is not None]
    assert carts.get(STORE, kept.cart.id) == won
