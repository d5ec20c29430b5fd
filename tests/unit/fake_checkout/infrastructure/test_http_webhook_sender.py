import json
import re

import pytest
import requests
import responses

from fake_checkout.infrastructure.http_webhook_sender import TIMEOUT_SECONDS, HttpWebhookSender, address, body
from tests.builders.fake_checkout import ACCOUNT, NOON, a_notification


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://m.example", "http://m.example?data.id=12&type=payment"),
        ("http://m.example/hook", "http://m.example/hook?data.id=12&type=payment"),
        ("http://m.example/hook?a=1&b=%20", "http://m.example/hook?a=1&b=%20&data.id=12&type=payment"),
    ],
)
def test_the_query_tells_what_it_is_about_after_what_was_there(url, whole):
    assert address(a_notification(payment_id=12, url=url)) == whole


def test_the_older_style_has_a_query_and_a_body_of_its_own():
    twin = a_notification(payment_id=12, url="http://m.example/hook?a=1", style="ipn")

    assert address(twin) == "http://m.example/hook?a=1&topic=payment&id=12"
    assert json.loads(body(twin)) == {"resource": "12", "topic": "payment"}


def test_the_body_has_the_providers_members():
    notification = a_notification(id=7, payment_id=12, action="payment.updated", created_at=NOON)

    assert json.loads(body(notification)) == {
        "id": 7,
        "live_mode": False,
        "type": "payment",
        "date_created": "2026-11-22T08:00:00.000-04:00",
        "user_id": notification.user_id,
        "api_version": "v1",
        "action": "payment.updated",
        "data": {"id": "12"},
    }


@responses.activate
def test_a_signed_attempt_is_posted_with_the_providers_headers():
    responses.post("http://merchant.example/hook", status=201)

    answer = HttpWebhookSender().send(a_notification(attempt=2), request_id="r-1", signature="ts=1,v1=00")

    assert answer == 201
    sent = responses.calls[0].request
    headers = {
        name: sent.headers[name] for name in ("X-Signature", "X-Request-Id", "X-Retry", "X-Socket-Timeout")
    }
    assert headers == {
        "X-Signature": "ts=1,v1=00",
        "X-Request-Id": "r-1",
        "X-Retry": "2",
        "X-Socket-Timeout": "22000",
    }
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", sent.headers["Traceparent"])
    assert sent.headers["User-Agent"] == "restclient-node/4.15.3"
    assert sent.req_kwargs["timeout"] == TIMEOUT_SECONDS == 22
    assert not sent.req_kwargs.get("proxies")


@responses.activate
def test_an_attempt_without_signature_and_request_id_lacks_their_headers():
    responses.post("http://merchant.example/hook", status=200)

    HttpWebhookSender().send(a_notification(), request_id="", signature="")

    assert not {"X-Signature", "X-Request-Id"} & set(responses.calls[0].request.headers)


@pytest.mark.parametrize(
    "trouble", [requests.ConnectionError("refused"), requests.ReadTimeout("22 s"), ValueError("odd address")]
)
@responses.activate
def test_no_answer_is_no_answer_whatever_the_reason(trouble):
    responses.post("http://merchant.example/hook", body=trouble)

    assert HttpWebhookSender().send(a_notification(), request_id="r-1", signature="s") is None


@pytest.mark.parametrize("live_accounts", [frozenset(), frozenset({ACCOUNT.collector_id})])
@responses.activate
def test_a_webhook_tells_whether_its_account_is_live(live_accounts):
    responses.post("http://merchant.example/hook", status=200)

    HttpWebhookSender(live_accounts=live_accounts).send(a_notification(), request_id="r-1", signature="s")

    assert json.loads(responses.calls[0].request.body)["live_mode"] is bool(live_accounts)
