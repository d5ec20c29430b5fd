"""Mercado Pago's own SDK for Python against the emulator, over HTTP; its own validator checks webhooks."""

import json

import pytest
import requests
from mercadopago.config import RequestOptions
from mercadopago.errors import MPServerError
from mercadopago.webhook import InvalidWebhookSignatureError, SignatureFailureReason

from tests.integration.fake_checkout.http_servers import Merchant, eventually
from tests.integration.fake_checkout.sdk_shop import a_shop, assert_genuine, validate


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory):
    with a_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def shop(one_shop):
    one_shop.start_over()
    return one_shop


@pytest.fixture
def merchant():
    merchant = Merchant()
    yield merchant
    merchant.stop()


def test_a_payment_is_created_read_and_found(shop):
    status, created = shop.create(external_reference="order-1")

    read = shop.sdk.payment().get(created["id"])
    found = shop.sdk.payment().search({"external_reference": "order-1"})

    assert status == 201
    assert (read["status"], read["response"]) == (200, created)
    assert found["response"]["results"] == [created]


def test_a_search_pages_through_everything(shop):
    ids = {shop.create(transaction_amount=1)[1]["id"] for _ in range(3)}

    pages = shop.sdk.payment().search_auto_paging_iter({"limit": 2})

    assert {payment["id"] for payment in pages} == ids


def test_a_payment_is_cancelled_once(shop):
    _, created = shop.create()

    first = shop.sdk.payment().update(created["id"], {"status": "cancelled"})
    second = shop.sdk.payment().update(created["id"], {"status": "cancelled"})

    assert (first["status"], first["response"]["status"]) == (200, "cancelled")
    assert (second["status"], second["response"]["cause"][0]["code"]) == (400, 2018)


def test_a_payment_is_refunded_in_part_and_in_full(shop):
    _, created = shop.create(transaction_amount=10)
    shop.control("POST", f"/payments/{created['id']}/approve")

    part = shop.sdk.refund().create(created["id"], {"amount": 2.5})
    rest = shop.sdk.refund().create(created["id"])
    listed = shop.sdk.refund().list_all(created["id"])

    assert [part["status"], rest["status"]] == [201, 201]
    assert [one["amount"] for one in listed["response"]] == [2.5, 7.5]
    assert shop.sdk.refund().get(created["id"], part["response"]["id"])["response"] == part["response"]
    assert shop.sdk.payment().get(created["id"])["response"]["status"] == "refunded"


def test_a_repeated_call_is_answered_as_the_first(shop):
    first = shop.create(key="attempt-1")

    assert shop.create(key="attempt-1") == first
    assert shop.create(key="attempt-1", transaction_amount=1)[0] == 422


def test_webhooks_come_signed_and_tell_nothing_but_the_number(shop, merchant):
    _, created = shop.create(notification_url=f"{merchant.url}/hook?store=1")
    shop.control("POST", f"/payments/{created['id']}/approve")

    webhooks = merchant.wait_for(2)

    for webhook in webhooks:
        assert_genuine(webhook, created["id"])
        assert (webhook["path"], webhook["query"]["store"]) == ("/hook", "1")
        assert webhook["headers"]["X-Retry"] == "0"
        assert webhook["headers"]["X-Socket-Timeout"] == "22000"
        assert webhook["headers"]["Content-Type"] == "application/json"
    actions = {json.loads(webhook["body"])["action"] for webhook in webhooks}
    assert actions == {"payment.created", "payment.updated"}


def test_what_was_not_signed_so_is_found_out_by_the_validator(shop, merchant):
    shop.create(notification_url=f"{merchant.url}/hook")
    (webhook,) = merchant.wait_for(1)

    for forged in ({"secret": "guessed"}, {"data_id": "1"}, {"x_request_id": "another"}):
        with pytest.raises(InvalidWebhookSignatureError) as caught:
            validate(webhook, **forged)
        assert caught.value.reason is SignatureFailureReason.SIGNATURE_MISMATCH


def test_a_webhook_that_was_not_taken_comes_again_by_the_virtual_clock(shop, merchant):
    merchant.answers = [500, 201]
    _, created = shop.create(notification_url=f"{merchant.url}/hook")
    merchant.wait_for(1)
    eventually(lambda: shop.control("GET", "/deliveries").json()["deliveries"])

    shop.control("PUT", "/clock", {"offset_seconds": 15 * 60})

    again = merchant.wait_for(2)[1]
    assert_genuine(again, created["id"])
    assert again["headers"]["X-Retry"] == "1"


def test_a_slow_merchant_does_not_hold_up_the_others(shop, merchant):
    merchant.hold.clear()
    shop.create(notification_url=f"{merchant.url}/slow")
    merchant.wait_for(1)

    shop.create(notification_url=f"{merchant.url}/quick")

    assert [webhook["path"] for webhook in merchant.wait_for(2)] == ["/slow", "/quick"]
    merchant.hold.set()


def test_a_redirect_is_no_answer_and_is_not_followed(shop, merchant):
    merchant.answers = [307]
    merchant.headers = {"Location": f"{merchant.url}/elsewhere"}
    shop.create(notification_url=f"{merchant.url}/hook")

    eventually(lambda: shop.control("GET", "/deliveries").json()["deliveries"])

    (delivery,) = shop.control("GET", "/deliveries").json()["deliveries"]
    assert delivery["answer_status"] == 307
    assert delivery["next_at"] is not None
    assert [webhook["path"] for webhook in merchant.received] == ["/hook"]


def test_a_lost_answer_is_a_broken_connection_and_the_payment_is_there(shop):
    shop.control("PUT", "/faults", {"rules": [{"kind": "answer_lost", "method": "POST", "times": 1}]})

    with pytest.raises(requests.ConnectionError):
        shop.create(key="attempt-1", external_reference="order-1")
    found = shop.sdk.payment().search({"external_reference": "order-1"})["response"]["results"]
    status, replayed = shop.create(key="attempt-1", external_reference="order-1")

    assert (status, [replayed]) == (201, found)


@pytest.mark.parametrize("rule", [{"kind": "html", "status": 502}, {"kind": "cut_json"}])
def test_what_is_no_json_breaks_the_sdk_as_it_does_with_the_provider(shop, rule):
    shop.control("PUT", "/faults", {"rules": [rule]})

    with pytest.raises(MPServerError):
        shop.create()


def test_a_delay_outlasts_the_patience_of_the_caller(shop):
    shop.control("PUT", "/faults", {"rules": [{"kind": "delay", "seconds": 1, "method": "GET"}]})
    _, created = shop.create()

    with pytest.raises(requests.exceptions.ReadTimeout):
        shop.sdk.payment().get(created["id"], RequestOptions(connection_timeout=0.3))
