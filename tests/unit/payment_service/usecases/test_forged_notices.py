"""100,000 notices that are forged or replayed change nothing, whoever of us has the secret."""

import os
from copy import deepcopy
from itertools import islice

import pytest

from payment_service.domain.errors import UntrustedNotification
from payment_service.domain.webhook_signature import SignedNotice
from payment_service.usecases.receive_notification_usecase import ReceiveNotification
from tests.builders.forged_notices import FORGERIES, REPLAYS, Forger, SentNotice
from tests.builders.payment_service import STORE
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.unit.payment_service.usecases.house import SECRET, STORES_SECRET

pytestmark = pytest.mark.timeout(300)
SEED = int(os.environ.get("SEED", "1"))
FORGED, REPLAYED = 45_000, 5_000
"""By each of the two secrets."""
STORES = "200"


def received(sent: SentNotice) -> ReceiveNotification:
    resource_id = sent.ids[0] if len(sent.ids) == 1 else ""
    notice = SignedNotice(resource_id, sent.signatures, sent.request_ids, sent.body)
    return ReceiveNotification("default", notice, sent.topic)


@pytest.fixture(params=[SECRET, STORES_SECRET], ids=["of the platform", "of a store"])
def forger(paid_house, request):
    """Has listened while the provider's notices were taken and looked into."""
    paid_house.providers.others[STORE, STORES] = FakePaymentGateway(collector=STORES)
    paid_house.put_account(f"APP_USR-1-{STORES}")
    forger = Forger(request.param, [paid_house.gateway.newest()], paid_house.database.now, SEED)
    for notice in forger.captured:
        assert paid_house.receive(received(notice))
    while paid_house.read_notice():
        pass
    return forger


def is_turned_away(house, notice):
    try:
        house.receive(received(notice))
    except UntrustedNotification:
        return True
    return False


def test_45000_forged_notices_are_turned_away_and_leave_nothing(paid_house, forger):
    before = deepcopy(paid_house.database)
    ways = set()
    for way, notice in islice(forger.forged(), FORGED):
        ways.add(way)
        assert is_turned_away(paid_house, notice), f"{way}: {notice}"
    assert ways == set(FORGERIES)
    assert paid_house.database == before


def test_5000_replayed_notices_are_nothing_new(paid_house, forger):
    before = deepcopy(paid_house.database.books)
    ways = set()
    for way, notice in islice(forger.replayed(), REPLAYED):
        ways.add(way)
        assert not paid_house.receive(received(notice)), f"{way}: {notice}"
    assert ways == set(REPLAYS)
    assert paid_house.database.books == before
    assert paid_house.read_notice() is None
