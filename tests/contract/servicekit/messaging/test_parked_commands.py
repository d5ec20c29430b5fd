import json

import pytest
from click.testing import CliRunner

from servicekit.messaging.inbox import Inbox, Poison, read_message
from servicekit.messaging.inbox_loop import InboxLoop
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.parked_commands import parked_commands
from tests.builders.servicekit import an_envelope, inbox_rows


@pytest.fixture
def service(timed_service):
    return timed_service


@pytest.fixture
def other_inbox(service):
    return Inbox(service.database, inbox_rows, "other")


@pytest.fixture
def run(service, other_inbox):
    one = ParkedEvents(service.database, service.inbox, service.outbox)
    other = ParkedEvents(service.database, other_inbox, service.outbox)
    commands = parked_commands({"one": one, "other": other})
    return lambda *words: CliRunner().invoke(commands, words)


def poison_id(service):
    return service.inbox_rows()[0].id


def test_the_list_names_every_service(service, other_inbox, run, clock):
    service.inbox.store([read_message(b"{")])
    clock.advance(seconds=1)
    other_inbox.store([read_message(b"}")])

    first, second, count = run("list").output.splitlines()

    assert first.split()[1:5] == ["2026-11-21T23:16:00.000Z", "one", "inbox", "?"]
    assert second.split()[2] == "other"
    assert count == "2 parked"


def test_all_is_shown_of_one(service, run):
    service.inbox.store([read_message(b"{\xff")])

    shown = json.loads(run("show", poison_id(service)[:8]).output)

    assert shown["service"] == "one"
    assert shown["raw"] == "{\\xff"
    assert shown["id"] == poison_id(service)


def test_one_that_could_be_read_is_shown_as_it_was_read(service, run):
    service.inbox.store([an_envelope(id="abc", type="note.burnt.v9")])
    InboxLoop(service.inbox, {}).step()

    shown = json.loads(run("show", "abc").output)

    assert (shown["raw"], shown["type"], shown["data"]) == (None, "note.burnt.v9", {"text": "remember"})


def test_replaying_makes_it_due_again(service, run):
    service.inbox.store([Poison(an_envelope().to_json(), "older")])

    result = run("replay", poison_id(service))

    assert (result.exit_code, result.output) == (0, f"{poison_id(service)} is due again in one\n")


def test_replaying_what_still_cannot_be_read_says_so(service, run):
    service.inbox.store([read_message(b"{")])

    result = run("replay", poison_id(service))

    assert result.exit_code == 1
    assert "it still cannot be read" in result.output


def test_dropping_needs_a_reason(service, run):
    service.inbox.store([read_message(b"{")])

    assert run("drop", poison_id(service)).exit_code == 2
    result = run("drop", poison_id(service), "--reason", "a test")

    assert (result.exit_code, result.output) == (0, f"{poison_id(service)} is dropped in one\n")
    assert service.inbox_rows()[0].error == "dropped: a test"


@pytest.mark.parametrize("words", [("show", "x"), ("replay", "x"), ("drop", "x", "--reason", "y")])
def test_an_id_that_is_not_parked_is_an_error(run, words):
    result = run(*words)

    assert result.exit_code == 1
    assert "has an id that begins with x" in result.output
