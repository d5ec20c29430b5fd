"""However the provider behaves where nobody knows how it does: the money is right."""

import pytest

from fake_checkout.domain.switches import CHOICES
from tests.simulation import troubles
from tests.simulation.stories import is_refunded_once, order, pay, place
from tests.simulation.world import World

OF_OTHER_TESTS = {"refunds", "calls_a_minute", "webhook_first"}
"""What they decide befalls single calls, and has tests among the provider's faults."""
OPEN = {name: positions for name, positions in CHOICES.items() if name not in OF_OTHER_TESTS}


@pytest.mark.parametrize("at", range(1, max(len(positions) for positions in OPEN.values())))
def test_an_order_is_paid_and_given_back_however_the_provider_behaves(world: World, at: int):
    chosen = {name: positions[min(at, len(positions) - 1)] for name, positions in OPEN.items()}
    assert world.bank.put("/__fake/switches", json=chosen).status_code == 200
    place(world)
    world.line.befall(troubles.CREATE, troubles.time_out_after)
    world.line.befall(troubles.SEARCH, troubles.retold(lambda told: told | {"results": []}))
    world.wait_until(lambda: (order(world)["payment"] or {}).get("qr_code"))
    world.webhooks.cut = False
    pay(world)
    world.wait_until(lambda: order(world)["status"] == "RECEIVED")
    assert len(world.line.made(troubles.CREATE)) == 2
    assert world.webhooks.sent
    world.webhooks.cut = True
    world.line.befall(troubles.REFUND, troubles.time_out_after)
    world.line.befall(troubles.LIST, troubles.retold(lambda _told: []))
    world.cancel(0)
    world.wait_until(lambda: len(world.line.made(troubles.REFUND)) == 2)
    is_refunded_once(world)
