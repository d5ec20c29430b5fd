"""Forged and replayed notices at the door: they are answered alike, and no row of any table moves."""

import os
from itertools import chain, islice

import pytest
from sqlalchemy import text

from payment_service.infrastructure.models import metadata
from tests.builders.forged_notices import FORGERIES, REPLAYS, Forger
from tests.fakes.payment_service.composed import SECRET

pytestmark = pytest.mark.timeout(900)
SEED = int(os.environ.get("SEED", "1"))
NUMBER = int(os.environ.get("FORGERIES", "1000"))


@pytest.fixture
def forger(till):
    """Has listened while the provider's notices were taken and looked into."""
    forger = Forger(SECRET, [till.paid()["provider_id"]], till.clock.now, SEED)
    for notice in forger.captured:
        assert send(till, notice).json["new"]
    till.work("payments-notices")
    return forger


def send(till, notice):
    headers = [("X-Signature", one) for one in notice.signatures]
    headers += [("X-Request-Id", one) for one in notice.request_ids]
    return till.http.post(
        "/payments/webhook",
        query_string=[("type", notice.topic), *(("data.id", one) for one in notice.ids)],
        data=notice.body,
        headers=[(name, value.encode().decode("latin-1")) for name, value in headers],
    )


def everything(till):
    """Every row of every table, in the order in which it was stored."""
    with till.container.database.read() as connection:
        return {
            name: connection.execute(text(f"SELECT * FROM {name}")).all()  # noqa: S608 - our own tables
            for name in metadata.tables
        }


def test_forged_and_replayed_notices_are_answered_alike_and_change_no_row(till, forger):
    before, calls = everything(till), len(till.gateway.calls)
    ways, answers = set(), set()
    turned_away = islice(forger.forged(), NUMBER)
    taken_before = islice(forger.replayed(), NUMBER // 10)
    for way, notice in chain(turned_away, taken_before):
        answer = send(till, notice)
        ways.add(way)
        answers.add((way in FORGERIES, answer.status_code, answer.text))
    assert ways == FORGERIES.keys() | REPLAYS.keys()
    assert {(forged, status) for forged, status, _ in answers} == {(True, 401), (False, 200)}
    assert len(answers) == 2, "an answer tells more than that the notice is not believed"
    till.work("payments-notices")
    assert everything(till) == before
    assert len(till.gateway.calls) == calls
