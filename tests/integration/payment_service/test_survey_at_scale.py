"""Among very many charges that have ended, what is under way is counted without reading the others."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from payment_service.domain.charge import Charge
from payment_service.domain.payment_status import PaymentStatus
from payment_service.domain.refund import RefundStatus
from payment_service.infrastructure import database as tables
from payment_service.infrastructure.models.charge_model import charges, payments, refunds
from payment_service.infrastructure.models.reconciliation_model import reconciliations
from payment_service.infrastructure.repositories.charge_rows import (
    charge_values,
    payment_values,
    refund_values,
)
from servicekit.ids import new_id
from tests.builders.payment_service import NOW, STORE, a_payment, a_refund, terms
from tests.builders.servicekit import an_envelope
from tests.fakes.payment_service.composed import composed
from tests.fakes.servicekit.plans import Questions

MANY = 5000


@pytest.fixture
def container(database_url):
    container = composed(database_url)
    yield container
    container.database.dispose()


def ended(number):
    """A charge with an attempt and a refund, all of which have ended."""
    about = terms(order_id=new_id())
    charge = charge_values(Charge.opened(about, NOW).record) | {"state": "CLOSED", "version": 1}
    payment = a_payment(id=new_id(), status=PaymentStatus.APPROVED, provider_id=f"mp-{number}")
    refund = a_refund(id=new_id(), status=RefundStatus.DONE)
    return charge, payment_values(about, payment), refund_values(about, payment.id, 0, refund)


def published_events():
    common = {"type": "payment.closed.v1", "store": STORE, "sequence": 1, "time": NOW, "data": {}}
    common |= {"next_at": NOW, "published_at": NOW}
    return [common | {"id": new_id(), "subject": new_id()} for _ in range(MANY)]


def finished_comparisons():
    none = dict.fromkeys(("rounds", "seen", "compared", "repaired", "unsettled", "tries", "lease"), 0)
    common = none | {"store": "", "collector": "", "theirs": "{}", "finished_at": NOW}
    return [common | {"day": NOW.date() - timedelta(days=number)} for number in range(MANY)]


def fill(container):
    container.inbox.store([an_envelope(type="order.placed.v1") for _ in range(MANY)])
    rows = [ended(number) for number in range(MANY)]
    with container.database.transaction() as transaction:
        transaction.connection.execute(sa.update(tables.inbox).values(status="done"))
        for table, values in zip((charges, payments, refunds), zip(*rows, strict=True), strict=True):
            transaction.connection.execute(sa.insert(table), list(values))
        transaction.connection.execute(sa.insert(tables.outbox), published_events())
        transaction.connection.execute(sa.insert(reconciliations), finished_comparisons())
        transaction.connection.exec_driver_sql("ANALYZE")
        transaction.commit()


def test_nothing_that_is_asked_at_a_scrape_has_a_whole_table_read(container):
    fill(container)
    questions = Questions(container.database)

    readings = container.survey.take()

    assert {reading.value for reading in readings} == {0}
    assert questions.full_scans() == []
