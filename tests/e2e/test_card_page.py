"""Somebody pays by card in a browser, on a phone; and whom the card's number is told."""

import json
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from fake_checkout.settings import DEMO_PUBLIC_KEY
from servicekit.http.security_headers import NO_PAGE
from standalone.demo_client import TEST_CARD, DemoClient
from tests.servers.system import System

WAIT_SECONDS = 20
CPF = "52998224725"
GROUPS = " ".join(TEST_CARD[start : start + 4] for start in range(0, len(TEST_CARD), 4))


@pytest.fixture
def client(system: System) -> DemoClient:
    """A customer whose order is to be paid by card."""
    client = DemoClient(system.url, system.emulator)
    client.place_order("card")
    return client


def _wait(browser: webdriver.Chrome, what: str, selector: str, text: str = "") -> None:
    def is_so(page: webdriver.Chrome) -> bool:
        found = page.find_elements(By.CSS_SELECTOR, selector)
        return bool(found) and found[0].is_displayed() and found[0].is_enabled() and text in found[0].text

    WebDriverWait(browser, WAIT_SECONDS).until(is_so, f"the page does not say: {what}")


def _pay(browser: webdriver.Chrome, holder: str) -> None:
    _wait(browser, "fields that are ready", "#pay")
    for field, value in (("cardNumber", TEST_CARD), ("expirationDate", "1130"), ("securityCode", "123")):
        browser.switch_to.frame(browser.find_element(By.CSS_SELECTOR, f"#{field} iframe"))
        browser.find_element(By.ID, "value").send_keys(value)
        browser.switch_to.default_content()
    for field, value in (("holder", holder), ("cpf", CPF)):
        browser.find_element(By.ID, field).clear()
        browser.find_element(By.ID, field).send_keys(value)
    browser.find_element(By.ID, "pay").click()


def _requests(browser: webdriver.Chrome) -> list[tuple[str, str]]:
    """Each request since it was asked last: path, and all that was sent."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [one["params"]["request"] for one in events if one["method"] == "Network.requestWillBeSent"]
    return [(urlsplit(one["url"]).path, json.dumps(one)) for one in sent if one["url"].startswith("http")]


def test_a_refused_card_is_followed_by_another_and_no_number_comes_to_us(
    browser: webdriver.Chrome, client: DemoClient, system: System
):
    for log in ("browser", "performance"):
        browser.get_log(log)
    browser.get(f"{system.url}/payments/card?order_id={client.order_id}")
    _pay(browser, "OTHE")
    _wait(browser, "why the card was refused", "#trouble", "O banco não autorizou o pagamento")
    _wait(browser, "how many attempts are left", "#trouble", "Você tem mais 2 tentativas")
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    _pay(browser, "APRO")
    _wait(browser, "that the payment was approved", "#outcome", "Pagamento aprovado")
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")

    told = [path for path, sent in _requests(browser) if TEST_CARD in sent or GROUPS in sent]
    assert told == ["/fake-checkout/v1/card_tokens"] * 2
    assert TEST_CARD not in browser.page_source
    complaints = [entry["message"] for entry in browser.get_log("browser")]
    # The page waits for an order that is still on its way to it.
    assert [one for one in complaints if "status of 404" not in one] == []


def test_every_process_says_what_a_browser_may_do(system: System):
    pages = ("/payments/card", "/fake-checkout/", "/fake-checkout/js/v2/field")
    others = (
        "/products",
        "/orders",
        "/nowhere",
        f"/orders/{uuid4()}/events",
        "/payments/nowhere",
        "/health",
        f"/fake-checkout/v1/payment_methods?public_key={DEMO_PUBLIC_KEY}",
        "/fake-checkout/v1/payments",
    )
    answers = {path: requests.get(system.url + path, timeout=10).headers for path in (*pages, *others)}
    assert {path for path in others if answers[path]["Content-Security-Policy"] != NO_PAGE} == set()
    for path, headers in answers.items():
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; "), path
        assert "unsafe" not in headers["Content-Security-Policy"], path
