import hmac
from datetime import UTC, datetime, timedelta

import pytest
from mercadopago.webhook import InvalidWebhookSignatureError, WebhookSignatureValidator

from fake_checkout.domain.delivery import LONGEST_HOLD, PAUSES, SigningWay, signature
from fake_checkout.domain.fault_rule import Rule
from tests.builders.fake_checkout import MINUTE, NOON, a_notification

HOUR = timedelta(hours=1)
DROP = Rule("webhook_drop")
SENT_AT = datetime.fromtimestamp(1_700_000_000.25, UTC)


@pytest.mark.parametrize("answer", [200, 201])
def test_a_notification_that_was_taken_is_over(answer):
    told = a_notification().attempted(answer, NOON)

    assert told.next_at is None
    assert told.attempt == 1


def test_one_that_was_not_taken_is_tried_on_the_providers_schedule_then_given_up():
    notification = a_notification()
    pauses = []

    while notification.next_at is not None:
        tried_at = notification.next_at
        notification = notification.attempted(None if len(pauses) % 2 else 302, tried_at)
        pauses.append(notification.next_at and notification.next_at - tried_at)

    assert pauses == [*PAUSES, None]
    assert PAUSES[:5] == (15 * MINUTE, 30 * MINUTE, 6 * HOUR, 48 * HOUR, 96 * HOUR)
    assert notification.attempt == 8


def test_each_attempt_draws_its_faults_anew():
    notification = a_notification().struck_by((DROP,)).held_back(NOON)

    tried = notification.attempted(None, NOON)

    assert notification.faults == (DROP,)
    assert (tried.faults, tried.held) == (None, False)


def test_one_that_is_held_goes_when_overtaken_or_after_a_while():
    held = a_notification().held_back(NOON)

    assert (held.held, held.next_at) == (True, NOON + LONGEST_HOLD)
    assert held.released(NOON + MINUTE) == a_notification(id=held.id, next_at=NOON + MINUTE)


def test_one_can_be_postponed():
    assert a_notification().postponed(NOON + HOUR).next_at == NOON + HOUR


def test_the_same_news_can_be_told_again_from_the_start():
    told = a_notification(attempt=3, next_at=None, faults=(DROP,), held=True)

    again = told.again(7, NOON + HOUR)

    assert again == a_notification(id=7, created_at=NOON + HOUR, next_at=NOON + HOUR)
    assert told.again(7, NOON, faults=()).faults == ()


def test_the_providers_own_validator_takes_the_signature():
    header = signature("secret", data_id="123", request_id="r-1", sent_at=SENT_AT)

    WebhookSignatureValidator.validate(
        header, "r-1", "123", "secret", tolerance_seconds=60, now=lambda: 1_700_000_030_000
    )
    with pytest.raises(InvalidWebhookSignatureError):
        WebhookSignatureValidator.validate(header, "r-1", "124", "secret")


def test_the_signature_of_a_known_manifest_is_known():
    header = signature("secret", data_id="123", request_id="r-1", sent_at=SENT_AT)

    # printf 'id:123;request-id:r-1;ts:1700000000;' | openssl dgst -sha256 -hmac secret
    assert header == "ts=1700000000,v1=009071827092448b91bffd13c5b0ec785bd8a2bada2fadbaf75078ed2463b29b"


@pytest.mark.parametrize(
    ("data_id", "request_id", "way", "manifest"),
    [
        ("123", "r-1", SigningWay(milliseconds=True), "id:123;request-id:r-1;ts:1700000000250;"),
        ("ORD01", "r-1", SigningWay(), "id:ORD01;request-id:r-1;ts:1700000000;"),
        ("ORD01", "r-1", SigningWay(lower=True), "id:ord01;request-id:r-1;ts:1700000000;"),
        ("123", "", SigningWay(), "id:123;ts:1700000000;"),
    ],
)
def test_each_way_of_signing_has_its_manifest(data_id, request_id, way, manifest):
    header = signature("secret", data_id=data_id, request_id=request_id, sent_at=SENT_AT, way=way)

    digest = hmac.new(b"secret", manifest.encode(), "sha256").hexdigest()
    assert header == f"ts={manifest.rpartition('ts:')[2][:-1]},v1={digest}"


@pytest.mark.parametrize(
    ("query", "style"),
    [
        ("", None),
        ("?source_news=webhooks", "webhook"),
        ("?a=1&source_news=ipn", "ipn"),
        ("?source_news=x", None),
    ],
)
def test_an_address_may_ask_for_one_style(query, style):
    assert a_notification(url=f"http://m.example/hook{query}").wanted_style == style


def test_news_that_is_told_again_keeps_its_style():
    assert a_notification().in_style("ipn").again(7, NOON).style == "ipn"
