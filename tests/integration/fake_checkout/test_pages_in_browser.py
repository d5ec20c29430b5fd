"""The pages in a browser, as wide as a phone and as a desk."""

import shutil

import pytest
import requests
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.integration.fake_checkout.conftest import TOKEN, a_request
from tests.integration.fake_checkout.http_servers import eventually, served
from tests.servers.catalogue import nothing_may_be_skipped

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
SIZES = {"phone": (390, 844), "desk": (1280, 800)}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    programs = [shutil.which("chromium"), shutil.which("chromedriver")]
    if None in programs:
        reason = "chromium and chromedriver are not installed"
        pytest.fail(reason) if nothing_may_be_skipped() else pytest.skip(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = programs[0]
    for flag in [*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(programs[1]))
    yield driver
    driver.quit()


@pytest.fixture
def base(emulator):
    with served(emulator) as base:
        yield base


def create(base, key="key", **fields):
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Idempotency-Key": key}
    answer = requests.post(f"{base}/v1/payments", json=a_request(**fields), headers=headers, timeout=10)
    return answer.json()["id"]


def resize(browser, size):
    width, height = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == "phone"}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    return width


def text_of(browser, selector):
    """Empty where there is no such element, as while one page gives way to the next."""
    return browser.execute_script(
        "return document.querySelector(arguments[0])?.innerText ?? ''", selector
    ).strip()


def complaints(browser):
    """What the browser objected to: scripts that failed, things that the policy forbids."""
    return [entry["message"] for entry in browser.get_log("browser")]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_screen_and_nothing_is_blocked(browser, base, size):
    width = resize(browser, size)
    url = f"http://m.example/{'a' * 150}"
    number = create(
        base, description="Pedido " + "A" * 200, notification_url=url, external_reference="a" * 64
    )
    eventually(lambda: requests.get(f"{base}/__fake/deliveries", timeout=10).json()["deliveries"])

    of_console = ("/console/faults", "/console/settings", "/console/requests")
    for path in ("/", *of_console, f"/pay/{number}", "/pay/99"):
        browser.get(base + path)
        for details in browser.find_elements(By.CSS_SELECTOR, "summary"):
            details.click()
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        buttons = browser.find_elements(By.CSS_SELECTOR, "button, select, nav a")
        assert all(button.size["height"] >= 44 for button in buttons if button.is_displayed())
    assert [one for one in complaints(browser) if "/pay/99" not in one] == []


def test_a_payer_copies_the_code_sees_the_time_run_and_pays(browser, base):
    resize(browser, "phone")
    browser.get(f"{base}/pay/{create(base)}")

    eventually(lambda: text_of(browser, "#time").startswith("Expira em 23:59:"))
    browser.find_element(By.ID, "copy").click()
    eventually(lambda: text_of(browser, "#copy") == "Copiado")
    browser.find_element(By.CSS_SELECTOR, "button[value=pay]").click()

    eventually(lambda: text_of(browser, "h2") == "Pagamento aprovado")


def test_the_payers_page_notices_when_somebody_else_decides(browser, base):
    number = create(base)
    browser.get(f"{base}/pay/{number}")

    requests.post(f"{base}/__fake/payments/{number}/reject", timeout=10)

    eventually(lambda: "Pagamento recusado" in browser.page_source)


def test_a_new_fault_shows_the_fields_of_its_kind_and_is_set(browser, base):
    resize(browser, "phone")
    browser.get(f"{base}/console/faults")
    kind = Select(browser.find_element(By.ID, "kind"))
    status, path = (browser.find_element(By.ID, name) for name in ("status", "path"))

    kind.select_by_value("webhook_drop")
    assert not any(one.is_displayed() for one in (status, path))
    kind.select_by_value("status")
    assert status.is_displayed()
    assert path.is_displayed()
    status.send_keys("503", Keys.ENTER)

    eventually(lambda: "status 503" in text_of(browser, ".deliveries"))
    (rule,) = requests.get(f"{base}/__fake/faults", timeout=10).json()["rules"]
    assert (rule["kind"], rule["status"]) == ("status", 503)


def test_the_console_can_be_used_with_the_keyboard_alone(browser, base):
    resize(browser, "desk")
    number = create(base)
    browser.get(base + "/")

    def focused():
        return browser.execute_script("return document.activeElement.value ?? ''")

    for _ in range(20):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        if focused() == "approve":
            break
    ActionChains(browser).send_keys(Keys.ENTER).perform()

    eventually(lambda: text_of(browser, f"#p{number} .pill") == "Aprovado")


def test_the_console_keeps_fresh_what_a_tester_has_opened(browser, base):
    resize(browser, "desk")
    number = create(base, notification_url="http://m.example/hook")
    eventually(lambda: requests.get(f"{base}/__fake/deliveries", timeout=10).json()["deliveries"])
    browser.get(base + "/")
    browser.find_element(By.CSS_SELECTOR, "summary").click()

    requests.post(f"{base}/__fake/payments/{number}/approve", timeout=10)

    eventually(lambda: "Aprovado" in browser.page_source)
    assert browser.find_elements(By.CSS_SELECTOR, f"#d{number}[open]")
    focused = browser.execute_script("return document.activeElement.tagName")
    assert focused == "SUMMARY"
