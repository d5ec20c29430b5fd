"""A payer in a browser, on a phone: the pay page, and the order that reaches the kitchen for it."""

import pytest
from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from standalone.demo_client import DemoClient
from tests.servers.system import System

WAIT_SECONDS = 20


@pytest.fixture
def client(system: System) -> DemoClient:
    """A customer whose order waits to be paid."""
    client = DemoClient(system.url, system.emulator)
    client.place_order()
    client.provider_id()
    return client


def _open(browser: webdriver.Chrome, client: DemoClient, system: System) -> None:
    order = client.wait_for("the pay page's address", lambda order: order["payment"] is not None)
    ticket_url = order["payment"]["ticket_url"].replace("//localhost:", "//127.0.0.1:")
    assert ticket_url.startswith(system.emulator + "/pay/")
    browser.get(ticket_url)


def _press(browser: webdriver.Chrome, button: str) -> None:
    browser.find_element(By.XPATH, f"//button[normalize-space()='{button}']").click()


def _wait_for_text(browser: webdriver.Chrome, text: str) -> None:
    # The page in hand gives way to the next one while it is read.
    changing = [StaleElementReferenceException, NoSuchElementException]
    WebDriverWait(browser, WAIT_SECONDS, ignored_exceptions=changing).until(
        lambda page: text in page.find_element(By.TAG_NAME, "body").text.lower(),
        f"the page does not say {text!r}",
    )


def test_a_payer_sees_what_to_pay_pays_and_the_kitchen_has_the_order(
    browser: webdriver.Chrome, client: DemoClient, system: System
):
    _open(browser, client, system)
    order = client.order()
    page = browser.find_element(By.TAG_NAME, "body").text
    assert "R$" in page
    assert order["total"].replace(".", ",") in page
    assert browser.find_element(By.CSS_SELECTOR, "img.qr").is_displayed()
    assert browser.find_element(By.ID, "code").get_attribute("value") == order["payment"]["qr_code"]
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    _press(browser, "Pagar")
    _wait_for_text(browser, "pagamento aprovado")
    client.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    assert client.order_id in client.kitchen_queue()


def test_a_payer_who_refuses_leaves_the_order_waiting_for_another_attempt(
    browser: webdriver.Chrome, client: DemoClient, system: System
):
    _open(browser, client, system)
    _press(browser, "Recusar")
    _wait_for_text(browser, "pagamento recusado")
    rejected = client.wait_for(
        "REJECTED", lambda order: order["payment"] is not None and order["payment"]["status"] == "REJECTED"
    )
    assert rejected["status"] == "AWAITING_PAYMENT"


def test_the_console_shows_the_payment_and_its_webhooks(
    browser: webdriver.Chrome, client: DemoClient, system: System
):
    browser.get(system.emulator + "/")
    _wait_for_text(browser, client.provider_id())
