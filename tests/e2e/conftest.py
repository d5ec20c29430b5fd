"""Both ways to run Comanda, started once for all the tests that only look at it from outside."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver

from tests.conftest import fresh_broker, fresh_database
from tests.servers.catalogue import nothing_may_be_skipped, why_missing
from tests.servers.nginx import NginxServer
from tests.servers.nginx_system import NginxSystem
from tests.servers.system import EmbeddedSystem, ProductionSystem, System

SECONDS_FOR_ONE_TEST = 300
"""The first test of a module also waits for the processes that it is about to look at."""

PHONE = (390, 844)
BROWSER_FLAGS = (
    "headless",
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "disable-dev-shm-usage",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(SECONDS_FOR_ONE_TEST))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """The embedded system, running."""
    yield from _running(EmbeddedSystem(tmp_path_factory.mktemp("embedded")))


@pytest.fixture(scope="session")
def production(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: str, rabbitmq_server: str
) -> Iterator[ProductionSystem]:
    """The processes of production on PostgreSQL and RabbitMQ, running."""
    with (
        fresh_database(postgresql_server) as orders,
        fresh_database(postgresql_server) as payments,
        fresh_broker(rabbitmq_server) as broker,
    ):
        folder: Path = tmp_path_factory.mktemp("production")
        # Where nginx is missing, the tests' own gateway stands in for it.
        kind = ProductionSystem if why_missing(NginxServer) else NginxSystem
        yield from _running(
            kind(folder, orders_database=orders, payments_database=payments, broker=broker),
        )


@pytest.fixture(params=["embedded", "production"])
def system(request: pytest.FixtureRequest) -> System:
    """A running system; the test runs once on each."""
    running: System = request.getfixturevalue(request.param)
    return running


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """Headless Chromium of the size of a phone, that talks to nobody but the system under test.

    It notes what it objects to, and every request.
    """
    programs = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        reason = f"{' and '.join(missing)} not found (Debian: apt-get install chromium chromium-driver)"
        (pytest.fail if nothing_may_be_skipped() else pytest.skip)(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = str(programs["chromium"])
    for flag in (*BROWSER_FLAGS, f"user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(programs["chromedriver"]))
    driver.set_window_size(*PHONE)
    try:
        yield driver
    finally:
        driver.quit()


def _running(system: System) -> Iterator[System]:
    try:
        system.start()
        yield system
    finally:
        system.stop()
