"""The page at /docs in a browser, with no network but this machine's."""

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 60
ASKED_FOR = "return performance.getEntriesByType('resource').map(one => one.name)"


def test_the_page_shows_the_operations_and_asks_nobody_else(browser, embedded):
    browser.get(embedded.url + "/docs")

    WebDriverWait(browser, SECONDS).until(lambda seen: seen.find_elements(By.CSS_SELECTOR, ".opblock-tag"))
    assert "Orders, for whoever knows their id." in browser.find_element(By.ID, "api").text
    asked = browser.execute_script(ASKED_FOR)
    assert f"{embedded.url}/openapi.json" in asked
    assert all(one.startswith((embedded.url + "/", "data:")) for one in asked)
    assert browser.get_log("browser") == []
