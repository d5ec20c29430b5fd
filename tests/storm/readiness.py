"""What the processes of production say of themselves."""

from concurrent.futures import ThreadPoolExecutor

import requests

from servicekit.database.patience import MAX_WAIT_SECONDS
from tests.servers.system import ProductionSystem
from tests.storm.troubles import MARGIN_SECONDS

PROCESSES = {
    "orders": "orders",
    "orders-worker": "orders",
    "payments": "payments",
    "payments-worker": "payments",
}
"""The service of each process that needs a database server."""


def databases(system: ProductionSystem) -> set[str]:
    """What the processes say of their databases."""
    with ThreadPoolExecutor(len(PROCESSES)) as threads:
        return set(threads.map(lambda name: _database(system, name), PROCESSES))


def _database(system: ProductionSystem, name: str) -> str:
    url = f"{system.address(name)}/health/ready"
    answer = requests.get(url, timeout=MAX_WAIT_SECONDS + MARGIN_SECONDS)
    checks: dict[str, str] = answer.json()["checks"]
    assert (answer.status_code == 200) == (set(checks.values()) == {"ok"})
    return checks[f"{PROCESSES[name]}-database"]
