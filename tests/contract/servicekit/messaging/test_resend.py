from datetime import timedelta

import pytest
from click.testing import CliRunner

from servicekit.messaging.relay import Relay
from servicekit.messaging.resend import SentEvents, resend_command
from tests.fakes.servicekit.publisher import FakePublisher


@pytest.fixture
def service(timed_service):
    return timed_service


@pytest.fixture
def publisher():
    return FakePublisher()


@pytest.fixture
def relay(service, publisher):
    return Relay(service.database, service.outbox, publisher)


@pytest.fixture
def sent_events(service):
    return SentEvents(service.database, service.outbox)


def published_at(service):
    return [row.published_at for row in service.outbox_rows()]


def test_what_was_published_of_late_is_published_again_as_it_was(
    service, publisher, relay, sent_events, clock
):
    service.say("long ago")
    relay.step()
    clock.advance(minutes=11)
    service.say("of late")
    relay.step()
    clock.advance(minutes=10)

    assert sent_events.send_again(timedelta(minutes=10)) == 1
    assert relay.step() == 1
    (_long_ago,), first, again = publisher.windows
    assert first == again
    assert [envelope.data["text"] for envelope in again] == ["of late"]
    assert None not in published_at(service)


def test_what_was_said_long_ago_and_published_of_late_is_published_again(service, relay, sent_events, clock):
    service.say("while the broker was away")
    clock.advance(hours=5)
    relay.step()

    assert sent_events.send_again(timedelta(minutes=1)) == 1


def test_what_waits_already_is_not_counted(service, sent_events):
    service.say("not yet")

    assert sent_events.send_again(timedelta(days=1)) == 0


def test_the_command_says_how_many_events_are_sent_again(service, relay, sent_events):
    service.say("one", "two")
    relay.step()

    result = CliRunner().invoke(resend_command(sent_events), ["--minutes", "5"])

    assert (result.exit_code, result.output) == (0, "2 events are due to be published again.\n")


@pytest.mark.parametrize("minutes", ["0", "-3", "soon"])
def test_the_command_wants_a_number_of_minutes(sent_events, minutes):
    assert CliRunner().invoke(resend_command(sent_events), ["--minutes", minutes]).exit_code == 2
