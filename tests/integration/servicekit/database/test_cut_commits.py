"""The connection is cut while the relay commits: it cannot know whether it did.

It commits twice: what it has claimed, then what was published of that.
"""

import pytest
from sqlalchemy.exc import OperationalError

from servicekit.messaging.relay import CLAIM_SECONDS, Relay
from tests.builders.servicekit import Service
from tests.fakes.servicekit.clock import AdjustableClock
from tests.fakes.servicekit.commit_cutter import CommitCutter, Cut
from tests.fakes.servicekit.publisher import FakePublisher


@pytest.fixture
def network(postgres_url):
    with CommitCutter(postgres_url) as cutter:
        yield cutter


@pytest.mark.parametrize(
    ("cuts", "published"),
    [([Cut.BEFORE], 1), ([Cut.AFTER], 1), ([None, Cut.BEFORE], 2), ([None, Cut.AFTER], 1)],
)
def test_an_event_is_published_though_perhaps_twice_and_then_marked(network, cuts, published):
    clock, publisher = AdjustableClock(), FakePublisher()
    service = Service(network.url, clock=clock).create_tables()
    service.say("hello")
    relay = Relay(service.database, service.outbox, publisher)

    network.plan(*cuts)
    with pytest.raises(OperationalError):
        relay.step()
    clock.advance(seconds=CLAIM_SECONDS + 1)
    while relay.step():
        pass

    (row,) = service.outbox_rows()
    assert publisher.published == [row.id] * published
    assert row.published_at is not None
    service.database.dispose()
