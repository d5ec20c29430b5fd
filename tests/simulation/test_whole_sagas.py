"""Whole sagas: any order of arrival, duplicates, faults of the provider, people who change their minds.

Hypothesis draws what happens; then all faults end, and every order, unit, centavo and message must be where
it belongs. `SAGAS` sets how many are drawn: SAGAS=2000 for a long run.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.simulation import books, houses
from tests.simulation.world import World

Happening = Callable[[World, str], None]
SAGAS = int(os.environ.get("SAGAS", "25"))
"""Drawn on the embedded side; a fifth of it on PostgreSQL and RabbitMQ."""

CALLS = ("POST", "GET", "PUT")
which = st.integers(0, 5)
some_money = st.sampled_from([1, 500, 1490, 2980])
"""Centavos: some of what one piece, or two, of the product with the fewest units costs, or all of it."""


def _bank(verb: str, **said: Any) -> st.SearchStrategy[Happening]:
    return which.map(lambda n: lambda world, _product: world.bank_does(verb, n, **said))


def _fault(kind: str, **members: Any) -> Callable[[tuple[str, int, int]], Happening]:
    def made(drawn: tuple[str, int, int]) -> Happening:
        method, skip, times = drawn
        rule = {"kind": kind, "method": method, "skip": skip, "times": times, **members}
        return lambda world, _product: world.break_provider(rule)

    return made


calls = st.tuples(st.sampled_from(CALLS), st.integers(0, 2), st.integers(1, 3))
happenings: st.SearchStrategy[Happening] = st.one_of(
    st.integers(1, 3).map(lambda n: lambda world, product: world.place(product, n)),
    which.map(lambda n: lambda world, _product: world.cancel(n)),
    which.map(lambda n: lambda world, _product: world.cancel_by_store(n)),
    which.map(lambda n: lambda world, _product: world.cook(n)),
    which.map(lambda n: lambda world, _product: world.try_again(n)),
    _bank("approve"),
    _bank("approve", force=True),
    _bank("reject"),
    _bank("expire"),
    st.sampled_from(["in_process", "settled", "reimbursed", "reimbursed"]).flatmap(
        lambda detail: _bank("chargeback", status_detail=detail)
    ),
    st.tuples(which, some_money).map(lambda drawn: lambda world, _product: world.give_back(*drawn)),
    st.tuples(which, some_money).map(
        lambda drawn: lambda world, _product: world.give_back_at_provider(*drawn)
    ),
    calls.map(_fault("answer_lost")),
    calls.map(_fault("status", status=500)),
    calls.map(_fault("html", status=502)),
    calls.map(_fault("cut_json")),
    st.booleans().map(lambda cut: lambda world, _product: setattr(world.webhooks, "cut", cut)),
    st.sampled_from([1, 6, 31, 130, 310]).map(
        lambda seconds: lambda world, _product: world.clock.advance(seconds=seconds)
    ),
    st.integers(0, 40).map(lambda n: lambda world, _product: world.work(n)),
    st.just(lambda world, _product: world.work()),
    st.just(lambda world, _product: world.work()),
    st.just(lambda world, _product: books.check_meanwhile(world)),
    st.tuples(st.integers(0, 9), st.booleans()).map(
        lambda drawn: lambda world, _product: world.post.deliver(drawn[0], keep=drawn[1])
    ),
    st.tuples(st.integers(0, 9), st.booleans()).map(
        lambda drawn: lambda world, _product: world.post.deliver(drawn[0], keep=drawn[1])
    ),
)
lives = st.lists(happenings, min_size=8, max_size=40)
quietly = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def _live(world: World, life: list[Happening]) -> None:
    product = world.counted_product()
    world.place(product, 1)
    for happening in life:
        happening(world, product)
    world.come_to_rest()
    books.check(world)


@pytest.mark.timeout(900)
@settings(quietly, max_examples=SAGAS)
@given(life=lives)
def test_on_sqlite_every_saga_ends_with_its_books_in_order(life: list[Happening]):
    with houses.embedded() as world:
        _live(world, life)


@pytest.mark.timeout(900)
@settings(quietly, max_examples=max(SAGAS // 5, 1))
@given(life=lives)
def test_on_postgresql_and_rabbitmq_every_saga_ends_with_its_books_in_order(
    tmp_path: Path, postgresql_server: str, rabbitmq_server: str, life: list[Happening]
):
    with houses.production(tmp_path, postgresql_server, rabbitmq_server) as world:
        _live(world, life)
