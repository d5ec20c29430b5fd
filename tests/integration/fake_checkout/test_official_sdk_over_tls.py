"""Over TLS, as with Mercado Pago itself, the SDK for Python repeats what it may: so does no other test."""

import time

import pytest
import requests

from tests.integration.fake_checkout.sdk_shop import a_shop
from tests.servers.certificate import Certificate


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    certificate = Certificate.made_in(folder)
    with pytest.MonkeyPatch.context() as patch, a_shop(folder, certificate) as shop:
        patch.setenv("REQUESTS_CA_BUNDLE", str(certificate.certificate))
        yield shop


@pytest.fixture
def shop(one_shop):
    one_shop.start_over()
    return one_shop


def test_a_payment_is_created_read_and_given_back(shop):
    status, created = shop.create()
    shop.approve(created)
    refund = shop.sdk.refund().create(created["id"])

    assert (status, refund["status"]) == (201, 201)
    assert shop.sdk.payment().get(created["id"])["response"]["status"] == "refunded"


def test_a_provider_that_breaks_once_is_read_again(shop):
    _, created = shop.create()
    shop.goes_wrong({"kind": "status", "status": 500, "method": "GET", "times": 1})

    assert shop.sdk.payment().get(created["id"])["status"] == 200
    assert shop.calls("GET") == [500, 200]


def test_a_provider_that_goes_on_breaking_is_read_four_times(shop):
    shop.goes_wrong({"kind": "status", "status": 503, "method": "GET"})

    with pytest.raises(requests.exceptions.RetryError):
        shop.sdk.payment().get(1)
    assert shop.calls("GET") == [503] * 4


def test_a_provider_that_has_too_much_to_do_is_read_again_after_its_retry_after(shop):
    _, created = shop.create()
    shop.goes_wrong({"kind": "rate_limit", "retry_after": 1, "method": "GET", "times": 1})
    began = time.monotonic()

    assert shop.sdk.payment().get(created["id"])["status"] == 200
    assert time.monotonic() - began >= 1
    assert shop.calls("GET") == [429, 200]


@pytest.mark.parametrize(
    "rule", [{"kind": "status", "status": 500}, {"kind": "rate_limit", "retry_after": 1}], ids=["5xx", "429"]
)
def test_what_may_have_an_effect_is_not_repeated(shop, rule):
    shop.goes_wrong({**rule, "method": "POST"})

    status, _ = shop.create()

    assert shop.calls("POST") == [status]


def test_a_server_that_nobody_vouches_for_is_not_spoken_to(shop, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(requests.exceptions.SSLError):
        shop.sdk.payment().get(1)
