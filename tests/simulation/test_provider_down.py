"""The provider is away for two hours of a turned clock: orders follow the policy, and all recovers."""

import threading

from prometheus_client import REGISTRY

from payment_service.infrastructure.gateways.breakers import FAULTS_THAT_OPEN, REST_SECONDS
from tests.simulation import books, troubles
from tests.simulation.stories import at_provider, buy, order, refunds, rows, statuses
from tests.simulation.world import DEADLINE_SECONDS, PATIENCE_SECONDS, World

KINDS_OF_CALLS = 6


def held(world: World) -> int:
    """Units that are reserved for orders nobody has paid."""
    found = rows(
        world.orders_service.database,
        "SELECT coalesce(sum(quantity), 0) AS units FROM reservations WHERE state = 'HELD'",
    )
    return int(found[0].units)


def place_another(world: World) -> int:
    """One more order. Returns which it is."""
    world.place(world.counted_product(), 1)
    world.finish_what_is_due()
    return len(world.orders) - 1


def pay_at_the_bank(world: World, which: int) -> None:
    (payment,) = at_provider(world, which)
    assert world.bank.post(f"/__fake/payments/{payment['id']}/approve").status_code == 200


def open_breakers() -> float:
    samples = [
        sample.value
        for family in REGISTRY.collect()
        if family.name == "comanda_provider_breakers_open"
        for sample in family.samples
    ]
    return sum(samples)


def pass_time(world: World, seconds: int, step: int) -> None:
    for _ in range(seconds // step):
        world.wait(seconds=step)


def test_two_hours_without_a_provider_leave_no_hold_no_thread_and_no_centavo_behind(world: World):
    open_before = open_breakers()
    buy(world)  # the webhooks are cut from here on
    paid, shown, late = 0, place_another(world), place_another(world)
    threads, asked = set(threading.enumerate()), len(world.line.said)

    world.line.befall(troubles.ANY, troubles.connection_refused, times=troubles.FOR_GOOD)
    world.cancel(paid)
    pay_at_the_bank(world, late)
    unlucky = [place_another(world) for _ in range(FAULTS_THAT_OPEN)]
    unheard = place_another(world)
    assert open_breakers() > open_before
    world.cancel(unheard)
    world.finish_what_is_due()
    assert order(world, unheard)["status"] == "CANCELLED"  # at once: the provider never heard of it
    pass_time(world, DEADLINE_SECONDS, 30)
    world.wait(seconds=1)
    for which in (shown, late, *unlucky):
        assert order(world, which)["status"] == "CANCELLING"
    pass_time(world, PATIENCE_SECONDS, 60)
    world.wait(seconds=1)
    for which in (shown, late, *unlucky):
        assert order(world, which)["status"] == "CANCELLED"
    assert held(world) == 0
    pass_time(world, 2 * 3600, 600)
    assert refunds(world)[0][0] in {"REQUESTED", "IN_PROCESS"}
    hours = (2 * 3600 + DEADLINE_SECONDS + PATIENCE_SECONDS) / REST_SECONDS
    assert len(world.line.said) - asked < KINDS_OF_CALLS * hours / 2
    assert set(threading.enumerate()) == threads
    for part in (world.orders_service, world.payment_service, world.provider):
        assert part.database.engine.pool.checkedout() == 0

    world.line.blows.clear()
    pass_time(world, 60, 10)
    fresh = place_another(world)
    assert order(world, fresh)["payment"]["qr_code"]
    pay_at_the_bank(world, fresh)
    world.wait_until(lambda: order(world, fresh)["status"] == "RECEIVED")
    world.come_to_rest()
    assert open_breakers() == open_before
    assert [one["status"] for one in at_provider(world, shown)] == ["cancelled"]
    assert [one["status"] for one in at_provider(world, late)] == ["refunded"]
    assert [one["status"] for one in at_provider(world, paid)] == ["refunded"]
    assert at_provider(world, unheard) == []
    for which in unlucky:
        assert {one["status"] for one in at_provider(world, which)} <= {"cancelled"}
    assert "CREATED" not in statuses(world)
    assert held(world) == 0
    books.check(world)
