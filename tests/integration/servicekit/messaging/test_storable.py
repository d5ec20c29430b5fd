"""What can be read can be stored: one message that PostgreSQL refuses would fail its whole batch."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servicekit.messaging.inbox import envelope_of, read_message
from tests.builders.servicekit import Service, an_envelope, inbox_rows

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
)
members = st.sampled_from([*json.loads(an_envelope(causationid="c", requestid="r").to_json())])
messages = st.builds(
    lambda member, value: json.dumps({**json.loads(an_envelope().to_json()), member: value}).encode(),
    members,
    anything,
) | st.binary(max_size=100)


@pytest.fixture
def service(postgres_url):
    service = Service(postgres_url).create_tables()
    yield service
    service.database.dispose()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(messages, max_size=8))
def test_whatever_arrives_is_stored_with_its_neighbours(service, raw):
    with service.database.transaction() as transaction:
        transaction.connection.execute(inbox_rows.delete())
        transaction.commit()
    good = an_envelope()

    service.inbox.store([*map(read_message, raw), good])

    stored = {row.id: row for row in service.inbox_rows()}
    assert envelope_of(stored[good.id]) == good


@pytest.mark.parametrize(
    "data",
    [
        '{"a": ' + "9" * 4000 + "}",
        '{"a": 1.5, "b": 5e-324, "c": -0.0}',
        '{"a": ' + "[" * 30 + "]" * 30 + "}",
        '{"": "", "é": "\\ud83c\\udf55"}',
        '{"a": "' + "x" * 200_000 + '"}',
    ],
    ids=lambda data: data[:20],
)
def test_the_largest_that_can_be_read_can_be_stored(service, data):
    raw = an_envelope().to_json().replace(b'{"text": "remember"}', data.encode())

    service.inbox.store([read_message(raw)])

    (row,) = service.inbox_rows()
    assert row.status == "pending"
    assert row.data == json.loads(data)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"])
def test_any_instant_that_can_be_read_can_be_stored(service, time):
    raw = an_envelope().to_json().replace(b"2026-11-21T12:00:00Z", time.encode())

    service.inbox.store([read_message(raw)])

    assert service.inbox_rows()[0].time.isoformat().replace("+00:00", "Z") == time
