import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from servicekit.messaging.envelope import MAX_BYTES, MAX_DEPTH, MAX_LENGTHS, Envelope, Unintelligible
from tests.builders.servicekit import an_envelope

words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=64)
scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
clean_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
clean_values = st.none() | st.booleans() | st.integers() | clean_text | st.lists(clean_text, max_size=3)


@given(
    texts=st.fixed_dictionaries(dict.fromkeys(("id", "type", "store", "subject"), words)),
    causation=st.none() | words,
    sequence=st.integers(0, 2**31 - 1),
    time=st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.timezones()),  # noqa: DTZ001
    data=st.dictionaries(clean_text, clean_values, max_size=4),
)
def test_what_is_written_is_read_back(texts, causation, sequence, time, data):
    envelope = an_envelope(
        **texts,
        causationid=causation,
        requestid="req-1",
        traceparent="00-1-2-01",
        sequence=sequence,
        time=time,
        data=data,
    )

    # In UTC, since two zones never agree about a local time that a change of clocks skips or repeats.
    assert Envelope.from_json(envelope.to_json()) == dataclasses.replace(envelope, time=time.astimezone(UTC))


def test_it_is_a_cloud_event_in_structured_mode():
    written = an_envelope(causationid="c", time=datetime(2026, 11, 21, 23, 16, 0, 120_000, UTC)).to_json()

    event = JSONFormat().read(CloudEvent, written)
    message = json.loads(written)
    assert event.get_specversion() == "1.0"
    assert event.get_datacontenttype() == "application/json"
    assert event.get_data() == {"text": "remember"}
    assert event.get_extension("store") == "default"
    assert event.get_extension("sequence") == 1
    assert message["time"] == "2026-11-21T23:16:00.120000Z"
    assert "traceparent" not in message


def test_times_of_other_zones_are_read_in_utc():
    message = json.loads(an_envelope().to_json()) | {"time": "2026-11-21T20:16:00-03:00"}

    read = Envelope.from_json(json.dumps(message).encode())

    assert read.time == datetime(2026, 11, 21, 23, 16, tzinfo=UTC)
    assert read.time.utcoffset() == timedelta(0)


def test_a_member_that_the_agreement_does_not_name_is_passed_over():
    message = json.loads(an_envelope(id="known").to_json()) | {"priority": "high"}

    assert Envelope.from_json(json.dumps(message).encode()).id == "known"


def read_or_refuse(raw):
    """Returns the envelope, or None where it is refused; anything else that is raised fails the test."""
    try:
        return Envelope.from_json(raw)
    except Unintelligible:
        return None


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_unintelligible(raw):
    assert read_or_refuse(raw) is None


@given(json_values)
def test_no_json_raises_anything_but_unintelligible(value):
    assert read_or_refuse(json.dumps(value).encode()) is None


members = [*json.loads(an_envelope(causationid="c", traceparent="t", requestid="r").to_json())]


@given(st.sampled_from(members), json_values)
def test_no_wrong_member_raises_anything_but_unintelligible(member, value):
    message = json.loads(an_envelope().to_json()) | {member: value}

    read = read_or_refuse(json.dumps(message).encode())

    if read is not None:
        assert Envelope.from_json(read.to_json()) == read


@given(st.sampled_from([name for name in members if name not in {"causationid", "traceparent", "requestid"}]))
def test_no_member_may_be_missing(member):
    message = json.loads(an_envelope().to_json())
    message.pop(member)

    read = read_or_refuse(json.dumps(message).encode())

    assert (read is None) == (member not in {"specversion", "datacontenttype"})


@given(st.integers(0, 10_000), st.binary(max_size=3))
def test_no_damage_on_the_way_raises_anything_but_unintelligible(at, instead):
    raw = an_envelope().to_json()
    at %= len(raw)

    read_or_refuse(raw[:at] + instead + raw[at + len(instead) :])
    read_or_refuse(raw[:at])


def with_data(text):
    return an_envelope().to_json().replace(b'{"text": "remember"}', text.encode())


@pytest.mark.parametrize(
    "data",
    [
        '{"text": "\\u0000"}',
        '{"\\u0000": 1}',
        '{"text": "\\ud800"}',
        '{"\\udfff": 1}',
        '{"number": NaN}',
        '{"number": -Infinity}',
        '{"number": 1e400}',
        '{"number": [[1e400]]}',
        '{"number": ' + "9" * 5000 + "}",
        '{"deep": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}",
        '{"deep": ' + "[" * 50_000 + "]" * 50_000 + "}",
        '{"deep": ' + '{"a":' * 20_000 + "1" + "}" * 20_000 + "}",
        "null",
        '"text"',
        "[]",
    ],
    ids=lambda data: data[:24],
)
def test_data_that_a_database_cannot_hold_is_refused(data):
    with pytest.raises(Unintelligible):
        Envelope.from_json(with_data(data))


def test_a_backslash_before_u0000_is_a_text_like_any_other():
    assert Envelope.from_json(with_data('{"text": "\\\\u0000"}')).data == {"text": "\\u0000"}


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"sequence": 1', '"sequence": 1, "sequence": 1'),
        ('"store": "default"', '"store": "other", "store": "default"'),
        ('"text": "remember"', '"text": "forget", "text": "remember"'),
        ('"text": "remember"', '"text": {"a": 1, "\\u0061": 2}'),
    ],
)
def test_a_name_that_stands_twice_could_be_read_in_two_ways_and_is_refused(once, twice):
    raw = an_envelope().to_json().decode().replace(once, twice)

    with pytest.raises(Unintelligible, match="twice"):
        Envelope.from_json(raw.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_only_utf_8_is_read(encoding):
    text = with_data('{"text": "é"}').decode("utf-8")

    with pytest.raises(Unintelligible):
        Envelope.from_json(text.encode(encoding))


@pytest.mark.parametrize(("name", "longest"), MAX_LENGTHS.items())
def test_a_text_may_be_as_long_as_its_column_and_no_longer(name, longest):
    fits = an_envelope(**{name: "x" * longest})
    too_long = an_envelope(**{name: "x" * (longest + 1)})

    assert Envelope.from_json(fits.to_json()) == fits
    with pytest.raises(Unintelligible, match=name):
        Envelope.from_json(too_long.to_json())


@pytest.mark.parametrize("name", MAX_LENGTHS)
def test_texts_hold_no_control_characters(name):
    with pytest.raises(Unintelligible, match=name):
        Envelope.from_json(an_envelope(**{name: "a\x1b[2J"}).to_json())


@pytest.mark.parametrize("sequence", [True, 1.0, "1", -1, 2**31, None])
def test_the_sequence_is_a_whole_number(sequence):
    message = json.loads(an_envelope().to_json()) | {"sequence": sequence}

    with pytest.raises(Unintelligible, match="sequence"):
        Envelope.from_json(json.dumps(message).encode())


@pytest.mark.parametrize(
    "time",
    ["2026-11-21T23:16:00", "2026-11-21", "yesterday", "", 1, None, "0001-01-01T00:00:00+23:59"],
)
def test_the_time_is_an_instant(time):
    message = json.loads(an_envelope().to_json()) | {"time": time}

    with pytest.raises(Unintelligible):
        Envelope.from_json(json.dumps(message).encode())


def test_a_message_can_be_as_long_as_the_limit_and_no_longer():
    spare = MAX_BYTES - len(an_envelope(data={"text": ""}).to_json())
    longest = an_envelope(data={"text": "x" * spare})
    longer = dataclasses.replace(longest, data={"text": "x" * (spare + 1)})

    assert Envelope.from_json(longest.to_json()) == longest
    with pytest.raises(Unintelligible, match="longer than"):
        Envelope.from_json(longer.to_json())


def test_the_time_is_written_in_utc():
    sao_paulo = timezone(timedelta(hours=-3))
    written = an_envelope(time=datetime(2026, 11, 21, 20, 16, tzinfo=sao_paulo)).to_json()

    assert json.loads(written)["time"] == "2026-11-21T23:16:00Z"
