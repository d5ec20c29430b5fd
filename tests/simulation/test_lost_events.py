"""Lost events: every saga comes to its end by itself, and what is sent again completes the books."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.auditor import audit
from servicekit.messaging.envelope import Envelope
from tests.simulation import books, houses
from tests.simulation.test_whole_sagas import SAGAS, Happening, happenings, quietly
from tests.simulation.world import DEADLINE_SECONDS, World

Step = Callable[[World, int], object]
"""What befalls the order of this number."""

EVENTS = 11
"""More than any of the stories has when nothing is lost."""
SHOWN = {"M3", "P6"}
"""What may be violated until then: an event did not arrive, and so an order does not show some refund."""


def bank(verb: str, attempt: int = -1, **said: bool) -> Step:
    """The payer's bank decides an attempt, if there is one."""

    def decide(world: World, number: int) -> None:
        payments = world.bank.get("/__fake/books").json["payments"]
        ours = [one for one in payments if one["external_reference"] == world.orders[number]]
        for one in sorted(ours, key=lambda one: one["metadata"]["attempt"])[attempt:][:1]:
            world.bank.post(f"/__fake/payments/{one['id']}/{verb}", json=said)

    return decide


def let_time_pass(world: World, _number: int) -> None:
    """Until the deadline of all orders is over, with no worker at work."""
    world.clock.advance(seconds=DEADLINE_SECONDS / EVENTS)


CANCEL, CANCEL_BY_STORE, COOK, TRY_AGAIN = World.cancel, World.cancel_by_store, World.cook, World.try_again
STORIES: dict[str, list[Step]] = {
    "eaten": [bank("approve"), COOK, COOK, COOK],
    "never paid": [let_time_pass],
    "paid as it expires": [let_time_pass, bank("approve")],
    "refused until no attempt was left": [bank("reject"), TRY_AGAIN, bank("reject")],
    "paid at the second try": [bank("reject"), TRY_AGAIN, bank("approve")],
    "paid twice": [bank("reject"), TRY_AGAIN, bank("approve"), bank("approve", 0, force=True)],
    "cancelled": [CANCEL],
    "paid after it was cancelled": [CANCEL, bank("approve", force=True)],
    "paid, then cancelled": [bank("approve"), CANCEL],
    "cooked, then cancelled": [bank("approve"), COOK, COOK, CANCEL_BY_STORE],
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("story", STORIES)
def test_whichever_event_is_lost_the_saga_ends_by_itself_and_resend_completes_the_books(story: str) -> None:
    with houses.embedded() as world:
        product = the_product_with_most_units(world)
        for _order in range(EVENTS):
            world.place(product, 1)
        lost = lose_one_of_each(world)
        for step in STORIES[story]:
            world.wait(seconds=1)
            for number in range(EVENTS):
                step(world, number)
        world.come_to_rest()
        assert len(lost) >= 3
        ended_by_itself(world)
        resend_completes_the_books(world)


loss = st.integers(0, 9).map(lambda n: lambda world, _product: world.post.lose(n))
lives = st.lists(st.one_of(happenings, loss, loss, loss), min_size=8, max_size=40)


@pytest.mark.timeout(900)
@settings(quietly, max_examples=max(SAGAS // 5, 1))
@given(life=lives)
def test_whatever_is_lost_every_saga_ends_by_itself_and_resend_completes_the_books(
    life: list[Happening],
) -> None:
    with houses.embedded() as world:
        product = world.counted_product()
        world.place(product, 1)
        for happening in life:
            happening(world, product)
        world.come_to_rest()
        ended_by_itself(world)
        resend_completes_the_books(world)


def the_product_with_most_units(world: World) -> str:
    menu = world.kiosk.get("/products?limit=200").json["items"]
    chosen: str = max(menu, key=lambda one: one["available"] or 0)["id"]
    return chosen


def lose_one_of_each(world: World) -> list[str]:
    """Of order number n the event number n is lost, both from 0. The types of those are in the list."""
    seen: Counter[str] = Counter()
    lost: list[str] = []

    def loses(envelope: Envelope) -> bool:
        number, seen[envelope.subject] = seen[envelope.subject], seen[envelope.subject] + 1
        if world.orders.index(envelope.subject) != number:
            return False
        lost.append(envelope.type)
        return True

    world.post.loses = loses
    return lost


def ended_by_itself(world: World) -> None:
    """No order waits for an answer, the charge of each that was cancelled is closed, and the books agree."""
    with world.orders_service.database.read() as connection:
        assert not connection.scalar(sa.text("SELECT count(*) FROM orders WHERE answer_due_at IS NOT NULL"))
        cancelled = set(connection.scalars(sa.text("SELECT id FROM orders WHERE status = 'CANCELLED'")))
    with world.payment_service.database.read() as connection:
        closed = set(connection.scalars(sa.text("SELECT order_id FROM charges WHERE state = 'CLOSED'")))
    assert cancelled == closed
    report = audit(books.sources_of(world), settle=timedelta(0), now=world.clock.time)
    assert set(report.violated) <= SHOWN, str(report)


def resend_completes_the_books(world: World) -> None:
    """As an operator has it done who goes back far enough."""
    for service in (world.orders_service, world.payment_service):
        service.sent_events.send_again(timedelta(days=1))
    world.finish_what_is_due()
    books.check(world)
