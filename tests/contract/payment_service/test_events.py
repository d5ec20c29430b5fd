"""What is published keeps to the schemas in docs/events."""

import json
from dataclasses import fields
from pathlib import Path

import pytest
import sqlalchemy as sa
from jsonschema import Draft202012Validator, FormatChecker

from payment_service.domain import events
from payment_service.domain.calls import PaymentSaid, RefundCall, RefundSaid
from payment_service.domain.charge_record import PIX_ANYWHERE
from payment_service.domain.provider import (
    Answered,
    ProviderRefund,
    ProviderRefundStatus,
    ProviderStatus,
    Refused,
)
from payment_service.infrastructure import database as tables
from servicekit.ids import new_id
from tests.builders.payment_service import LEASE, NOW, STORE, TOTAL, an_answer, take_calls, terms
from tests.contract.payment_service.books import SqlBooks

SCHEMAS = Path(__file__).parents[3] / "docs" / "events"
EVENTS = [
    events.PaymentCreated,
    events.PaymentApproved,
    events.PaymentRejected,
    events.PaymentClosed,
    events.PaymentRefunded,
    events.PaymentRefundFailed,
    events.PaymentChargedBack,
]
S = ProviderStatus


def schema_of(event_type):
    return json.loads((SCHEMAS / f"{event_type}.schema.json").read_text())


def validator_of(event_type):
    return Draft202012Validator(schema_of(event_type), format_checker=FormatChecker())


def test_every_event_has_a_schema_and_every_schema_an_event():
    published = {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("payment.*.schema.json")}
    assert published == {event.type for event in EVENTS}


@pytest.mark.parametrize("event", EVENTS)
def test_a_schema_names_every_field_and_no_other(event):
    schema = schema_of(event.type)
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"/events/{event.type}.schema.json"
    assert set(schema["properties"]) == set(schema["required"]) == {field.name for field in fields(event)}
    assert schema["additionalProperties"] is False


class Saga:
    """One order's charge, saved after each step, so that its events are published."""

    def __init__(self, books):
        self.books = books
        self.order_id = new_id()

    def do(self, act):
        with self.books.uow() as uow:
            charge = uow.charges.opened(terms(order_id=self.order_id), NOW)
            result = act(charge)
            uow.charges.save(charge)
            uow.commit()
        return result

    def place(self):
        self.do(lambda charge: charge.place(now=NOW, new_id=new_id))
        return self

    def close(self, reason):
        self.do(lambda charge: charge.close(reason, now=NOW, new_id=new_id))
        return self

    def retry(self):
        self.do(lambda charge: charge.request_attempt(PIX_ANYWHERE, now=NOW, new_id=new_id))
        return self

    def answer(self, status, **changes):
        """The provider says this of the newest attempt."""

        def hear(charge):
            calls = take_calls(charge, now=NOW, lease_until=NOW + LEASE)
            newest = charge.payments[-1].id
            answer = an_answer(status, of=newest, reference=self.order_id, **changes)
            if calls:
                charge.conclude(PaymentSaid(calls[0], Answered(answer)), now=NOW, new_id=new_id)
            charge.hear(answer, now=NOW, new_id=new_id)

        self.do(hear)
        return self

    def return_money(self, outcome):
        def conclude(charge):
            for call in take_calls(charge, now=NOW, lease_until=NOW + LEASE):
                if isinstance(call, RefundCall):
                    charge.conclude(RefundSaid(call, outcome), now=NOW, new_id=new_id)

        self.do(conclude)
        return self


def test_whatever_happens_to_a_charge_what_it_says_keeps_to_the_schemas(sqlite_url):
    books = SqlBooks(sqlite_url)
    done = Answered(ProviderRefund("r-1", TOTAL, ProviderRefundStatus.DONE))
    Saga(books).close("customer").place()
    Saga(books).place().answer(S.PENDING).place().answer(S.REJECTED).retry().answer(S.EXPIRED)
    Saga(books).place().answer(S.PENDING, ticket_url=None).close("expired").answer(S.CANCELLED)
    Saga(books).place().answer(S.APPROVED, amount=1)
    paid = Saga(books).place().answer(S.PENDING).answer(S.APPROVED)
    paid.answer(S.CHARGED_BACK).close("expired").answer(S.APPROVED).close("customer")
    paid.return_money(Refused("2031")).close("customer")
    Saga(books).place().answer(S.APPROVED).close("store").return_money(done).close("store")
    with books.database.read() as connection:
        rows = connection.execute(sa.select(tables.outbox).where(tables.outbox.c.store == STORE)).all()
    assert {row.type for row in rows} == {event.type for event in EVENTS}
    for row in rows:
        validator_of(row.type).validate(row.data)
    books.dispose()
