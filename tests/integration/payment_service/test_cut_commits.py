"""The connection to the database is cut while payment_service commits: it cannot know whether it did.

Talking to the provider takes two commits: what is taken, then what came of it.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from payment_service.infrastructure import database as tables
from payment_service.infrastructure.models.charge_model import payments, refunds
from payment_service.infrastructure.models.notification_model import notifications
from tests.builders.payment_service import LEASE
from tests.fakes.payment_service.composed import composed
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.fakes.servicekit.commit_cutter import CommitCutter, Cut
from tests.integration.payment_service.conftest import TERMS, Till

each_cut = pytest.mark.parametrize("cut", Cut)
each_of_two_commits = pytest.mark.parametrize("nth", [0, 1], ids=["taking", "keeping"])


@pytest.fixture
def network(postgres_url):
    with CommitCutter(postgres_url) as cutter:
        yield cutter


@pytest.fixture
def till(network, clock):
    """The service, which reaches its database over this network."""
    gateway = FakePaymentGateway()
    container = composed(network.url, clock, gateway)
    yield Till(container, clock, gateway)
    container.database.dispose()


def rows(till, table):
    with till.container.database.read() as connection:
        return connection.execute(sa.select(table)).all()


def said(till):
    return sorted(row.type.split(".")[1] for row in rows(till, tables.outbox))


def step(till, name):
    (loop,) = [loop for loop in till.container.loops if loop.name == name]
    loop.step()


def cut_in(till, network, name, *cuts):
    """One step of a loop meets these cuts, and its fault; when its lease is over the loop goes on."""
    network.plan(*cuts)
    with pytest.raises(OperationalError):
        step(till, name)
    till.clock.now += LEASE + timedelta(seconds=1)
    till.work(name)


@each_cut
def test_an_event_opens_one_charge(till, network, cut):
    till.container.inbox.store([till.envelope("order.placed.v1", TERMS)])
    network.plan(cut)
    with pytest.raises(OperationalError):
        step(till, "payments-inbox")
    assert len(rows(till, payments)) == (cut is Cut.AFTER)

    till.work("payments-inbox")
    assert len(rows(till, payments)) == 1


@each_cut
@each_of_two_commits
def test_the_provider_makes_one_payment(till, network, cut, nth):
    till.hear("order.placed.v1")
    cut_in(till, network, "payments-provider-1", *[None] * nth, cut)

    assert len(till.gateway.payments) == 1
    assert [payment["status"] for payment in till.payments()] == ["PENDING"]
    assert said(till) == ["created"]


@each_cut
@each_of_two_commits
def test_the_provider_returns_money_once(till, network, cut, nth):
    payment = till.paid()
    assert till.refund(payment, {"amount": "10.00"}, {"Idempotency-Key": "ten"}).status_code == 202
    cut_in(till, network, "payments-provider-1", *[None] * nth, cut)

    assert [refund.amount for refund in till.gateway.payments[payment["provider_id"]].refunds] == [1000]
    assert [(row.status, row.amount) for row in rows(till, refunds)] == [("DONE", 1000)]
    assert said(till) == ["approved", "created", "refunded"]


@each_cut
def test_a_notice_that_comes_again_is_stored_once(till, network, cut):
    payment = till.placed()
    network.plan(cut)
    first = till.notify(payment["provider_id"])
    assert (first.status_code, first.mimetype) == (503, "application/problem+json")
    assert int(first.headers["Retry-After"]) >= 1

    again = till.notify(payment["provider_id"])
    assert (again.status_code, again.json["new"]) == (200, cut is Cut.BEFORE)
    assert len(rows(till, notifications)) == 1


@each_cut
@each_of_two_commits
def test_a_notice_is_looked_into_until_the_payment_is_known(till, network, cut, nth):
    payment = till.placed()
    till.gateway.pay(payment["provider_id"])
    till.notify(payment["provider_id"])
    cut_in(till, network, "payments-notices", *[None] * nth, cut)

    assert [one["status"] for one in till.payments()] == ["APPROVED"]
    assert said(till) == ["approved", "created"]


@each_cut
def test_a_refund_that_is_asked_for_again_is_one_refund(till, network, cut):
    payment = till.paid()
    wanted = {"amount": "10.00"}, {"Idempotency-Key": "ten"}
    network.plan(cut)
    assert till.refund(payment, *wanted).status_code == 503

    again = till.refund(payment, *wanted)
    assert again.status_code == 202
    assert [row.id for row in rows(till, refunds)] == [again.json["id"]]
