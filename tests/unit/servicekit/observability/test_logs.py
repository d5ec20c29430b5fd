import json
import logging

import pytest
import structlog

from servicekit.observability.context import Correlation, correlated
from servicekit.observability.logs import configure_logs


@pytest.fixture
def logs(capsys):
    """What is written to standard error since it was last asked; the logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    noisy = {name: logging.getLogger(name).level for name in ("pika", "alembic", "urllib3")}
    before = structlog.get_config()
    yield lambda: capsys.readouterr().err
    structlog.configure(**before)
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    for name, value in noisy.items():
        logging.getLogger(name).setLevel(value)


def lines(logs):
    return [json.loads(line) for line in logs().splitlines()]


def test_our_lines_are_json_with_the_ids_of_the_work_in_hand(logs):
    configure_logs()

    with correlated(Correlation("req-1", "00-trace", "event-1")):
        structlog.get_logger("ours").info("note_taken", units=2)

    (line,) = lines(logs)
    assert line["event"] == "note_taken"
    assert line["units"] == 2
    assert line["level"] == "info"
    assert line["logger"] == "ours"
    assert line["timestamp"].endswith("Z")
    assert (line["request_id"], line["traceparent"], line["causation_id"]) == ("req-1", "00-trace", "event-1")


def test_the_libraries_lines_are_json_with_the_ids_too(logs):
    configure_logs()

    with correlated(Correlation("req-2")):
        logging.getLogger("some.library").warning("took %d s", 3, extra={"where": "there"})

    (line,) = lines(logs)
    assert line["event"] == "took 3 s"
    assert line["logger"] == "some.library"
    assert line["where"] == "there"
    assert line["request_id"] == "req-2"
    assert "traceparent" not in line


def test_an_id_that_the_line_says_itself_stands(logs):
    configure_logs()

    with correlated(Correlation("req-3")):
        structlog.get_logger("ours").info("x", request_id="other")

    assert lines(logs)[0]["request_id"] == "other"


def test_an_error_is_told_with_its_traceback_and_without_local_variables(logs):
    configure_logs()
    card_token = "4111-secret"

    try:
        int("no luck" + str(len(card_token)))
    except ValueError:
        structlog.get_logger("ours").exception("failed")

    written = logs()
    line = json.loads(written)
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert line["exception"][0]["frames"]
    assert card_token not in written


def test_libraries_that_talk_much_are_heard_from_warning_on(logs):
    configure_logs("DEBUG")

    logging.getLogger("pika.adapters").info("connected")
    logging.getLogger("alembic.runtime").info("running")
    logging.getLogger("quiet").debug("heard")

    assert [line["event"] for line in lines(logs)] == ["heard"]


def test_a_person_reads_text(logs):
    configure_logs(readable=True)

    try:
        int("no luck")
    except ValueError:
        structlog.get_logger("ours").exception("failed", units=2)

    written = logs()
    assert "failed" in written
    assert "ValueError: invalid literal" in written
    assert not written.startswith("{")
