"""All that was ever said is said again, in any order, to services that have forgotten it: nothing changes."""

import random
from typing import Any

import pytest
import sqlalchemy as sa

from orders_service.infrastructure import database as orders_tables
from payment_service.infrastructure import database as payments_tables
from servicekit.messaging.envelope import Envelope
from tests.simulation.world import World

MESSAGES = {"inbox", "outbox"}
"""Who is told again answers again."""
BOOKKEEPING = {"version", "sequence", "next_at", "lease", "tries"}
"""How often something was touched, and when it is looked at next: not what is so."""


def lives(world: World) -> None:
    """Orders that come to every end."""
    product = world.counted_product()
    for _order in range(6):
        world.place(product, 1)
        world.clock.advance(seconds=1)
    world.wait(seconds=5)
    for paid in (0, 1, 2):
        world.bank_does("approve", paid)
    for attempt in (3, 6):
        world.bank_does("reject", attempt)
        world.wait(seconds=30)
        world.try_again(3)
        world.wait(seconds=5)
    for _step in range(3):
        world.cook(0)
    world.cancel(1)
    world.cancel_by_store(2)
    world.cancel(4)


def facts(row: sa.Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if name not in BOOKKEEPING}


def everything(world: World) -> dict[str, list[Any]]:
    """Every row of both services but the messages, and the provider's books."""
    found: dict[str, list[Any]] = {"books": [world.bank.get("/__fake/books").json]}
    for service, tables in ((world.orders_service, orders_tables), (world.payment_service, payments_tables)):
        for table in tables.metadata.sorted_tables:
            if table.name not in MESSAGES:
                with service.database.read() as connection:
                    rows = connection.execute(sa.select(table).order_by(*table.primary_key)).all()
                found[f"{service.outbox.source}/{table.name}"] = [facts(row) for row in rows]
    return found


def said(world: World) -> list[Envelope]:
    """Every event of both services."""
    events = []
    for service, tables in ((world.orders_service, orders_tables), (world.payment_service, payments_tables)):
        with service.database.read() as connection:
            rows = connection.execute(sa.select(tables.outbox)).all()
        events += [service.outbox.envelope(row) for row in rows]
    return events


def forget_what_was_heard(world: World) -> None:
    for service, tables in ((world.orders_service, orders_tables), (world.payment_service, payments_tables)):
        with service.database.transaction() as transaction:
            transaction.connection.execute(sa.delete(tables.inbox))
            transaction.commit()


@pytest.mark.parametrize("seed", range(3))
def test_with_empty_inboxes_the_whole_history_told_again_in_any_order_changes_nothing(
    world: World, seed: int
) -> None:
    lives(world)
    world.come_to_rest()
    before, events = everything(world), said(world)
    random.Random(seed).shuffle(events)

    forget_what_was_heard(world)
    world.post.held += events
    world.come_to_rest()

    assert everything(world) == before
