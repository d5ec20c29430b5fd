import logging
import sys
import time

import pytest

from servicekit.observability.redaction import HIDDEN, redact_record, redacted, redacted_throughout


@pytest.mark.parametrize(
    "text",
    [
        "529.982.247-25",
        "52998224725",
        "529 982 247 25",
        "529-982-247-25",
        "529.982.247/25",
        "529%2E982.247%2D25",
        "529. 982. 247 - 25",
        "ana.souza+x@example.com",
        "ana%40example.com.br",
    ],
)
def test_what_tells_of_a_person_is_hidden_wherever_it_stands(text):
    assert redacted(text) == HIDDEN
    assert redacted(f"GET /people/{text}?x={text} ({text}), '{text}'.") == (
        f"GET /people/{HIDDEN}?x={HIDDEN} ({HIDDEN}), '{HIDDEN}'."
    )


@pytest.mark.parametrize(
    "text",
    [
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "12345678-1234-7123-8123-123456789012",
        "00-12345678901234567890123456789012-1234567890123456-01",
        "2026-11-29T07:12:40.123456+00:00",
        "192.168.100.25",
        "127.0.0.1:54321",
        "1234567890",
        "123456789012",
        "***.982.247-**",
        "@app.route",
        "59.90",
    ],
)
def test_what_tells_of_nobody_stays(text):
    assert redacted(text) == text


def test_every_text_of_a_value_is_looked_at():
    value = {"52998224725": ["529.982.247-25", 52998224725, ("ana@example.com", None)], "else": True}
    assert redacted_throughout(value) == {HIDDEN: [HIDDEN, 52998224725, [HIDDEN, None]], "else": True}


@pytest.mark.parametrize("part", ["a", "a@", "1", "529.", "%40"])
def test_no_text_takes_long(part):
    text = part * (200_000 // len(part))
    started = time.process_time()
    redacted(text)
    assert time.process_time() - started < 2


def test_a_record_of_a_foreign_logger_is_redacted_with_its_traceback():
    try:
        {}["529.982.247-25"]
    except KeyError:
        record = logging.LogRecord(
            "x", logging.ERROR, "x.py", 1, "GET /people/%s", ("52998224725",), sys.exc_info()
        )
    assert redact_record(record)
    written = logging.Formatter().format(record)
    assert written.startswith(f"GET /people/{HIDDEN}\nTraceback")
    assert written.endswith(f"KeyError: '{HIDDEN}'")


def test_a_record_without_an_exception_is_redacted():
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "%d of 100 %%", (7,), None)
    assert redact_record(record)
    assert logging.Formatter().format(record) == "7 of 100 %"
