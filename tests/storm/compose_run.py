"""The compose file, run for real: `python -m tests.storm.compose_run`, with a Docker engine at hand.

Brings it up as it is, has customers order and pay through the gateway while one container after the other is
restarted, plays the demonstration's stories and the load, audits the books, and takes it all down again.
docs/containers.md has the last result.

Customers may be told to come again, and find nobody there while the gateway itself restarts; nothing else is
allowed. They ask again, as any client has to, with the same Idempotency-Key.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from standalone.demo import run_demo
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.compose import Compose
from tests.storm.crowd import Crowd
from tests.storm.rest import come_to_rest, objections

URL = "http://127.0.0.1:5000"
PROMETHEUS = "http://127.0.0.1:9090"
SETTINGS = {
    # Some customers leave without paying, and nobody waits a quarter of an hour for the end of their orders.
    "PAYMENT_DEADLINE_SECONDS": "120",
    "CANCEL_PATIENCE_SECONDS": "90",
    "CUSTOMERS": "30",
    "WITHIN": "10",
}
PASSWORD = "only-for-development"
UNITS = 100_000
CUSTOMERS, WITHIN, THINK, HEAD_START = 14, 8.0, 10.0, 4.0
"""How many come for each restart, within how many seconds, how long they think, and when it falls."""
PATIENCE_SECONDS = 300
TOLD_TO_COME_AGAIN = {"503", "504"}
"""A problem document with Retry-After, of a service or of the gateway: it is away, or it did not answer."""
NOBODY_THERE = {"ConnectionError", "ReadTimeout", "ChunkedEncodingError"}
"""There is one gateway, and while it restarts nobody is at the address."""
ONCE = {"orders-migrate", "payment-migrate"}


class Wrong(Exception):
    """The run has shown a fault; the text says which."""


class Restaurant:
    """The running system, as customers and the auditor find it."""

    def __init__(self, compose: Compose, folder: Path) -> None:
        self.url = URL
        self.folder = folder
        self._compose = compose

    @property
    def books(self) -> tuple[str, str, str]:
        """The addresses of the books: orders, payments, the provider's. A restart may change them."""
        postgres = self._compose.address("postgres")
        orders = f"postgresql://orders_service:{PASSWORD}@{postgres}/orders"
        payments = f"postgresql://payment_service:{PASSWORD}@{postgres}/payments"
        return orders, payments, f"{URL}/fake-checkout"

    def fill_the_shelves(self) -> None:
        """Enough of everything: this is not about being sold out."""
        manager = {"username": "gerente", "password": "gerente"}
        token = requests.post(f"{URL}/auth/token", json=manager, timeout=20).json()["access_token"]
        signed_in = {"Authorization": f"Bearer {token}"}
        for product in requests.get(f"{URL}/products?limit=200", timeout=20).json()["items"]:
            path = f"{URL}/products/{product['id']}/stock"
            counted = requests.put(path, json={"on_hand": UNITS}, headers=signed_in, timeout=20)
            counted.raise_for_status()


def main(arguments: Sequence[str]) -> int:
    """Run, print what happens, and return 0 where all was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm.compose_run")
    parser.add_argument(
        "--without", default="", help="services that are left aside, with commas between them"
    )
    aside = set(parser.parse_args(arguments).without.split(","))
    compose = Compose(SETTINGS)
    services = [one for one in compose.services() if one not in aside]
    try:
        with tempfile.TemporaryDirectory() as folder, taken_down(compose):
            run(compose, services, Restaurant(compose, Path(folder)))
    except Wrong as fault:
        say(f"WRONG: {fault}")
        return 1
    say("taken down: no container, network or volume is left")
    return 0


@contextmanager
def taken_down(compose: Compose) -> Iterator[None]:
    """Nothing stays behind, whatever comes of it. Raises Wrong where something does."""
    try:
        yield
    finally:
        compose.down()
    if left := compose.left_behind():
        raise Wrong(f"left behind: {left}")


def run(compose: Compose, services: Sequence[str], restaurant: Restaurant) -> None:
    """Everything between up and down. Raises Wrong."""
    began = time.monotonic()
    compose.up(services)
    say(f"up and well after {time.monotonic() - began:.0f} s: {' '.join(services)}")
    restaurant.fill_the_shelves()
    crowds = [restarted(compose, service, restaurant) for service in services if service not in ONCE]
    come_to_rest(restaurant, *crowds, within=PATIENCE_SECONDS)
    ends = sum((Counter(crowd.ends()) for crowd in crowds), Counter[str]())
    say(f"{ends.total()} orders, as their customers wanted, and a clean audit: {dict(ends)}")
    if run_demo(URL) != 0:
        raise Wrong("a story of the demonstration ended otherwise than it should")
    say(f"load: {compose.load()}")
    eventually(lambda: not objections(restaurant), within=PATIENCE_SECONDS)
    say("a clean audit after these, too")
    if "prometheus" in services:
        say(f"Prometheus reaches {eventually(scraped, within=PATIENCE_SECONDS)} processes")


def restarted(compose: Compose, service: str, restaurant: Restaurant) -> Crowd:
    """Restart it amid customers; returns them when their stories are at their end. Raises Wrong."""
    crowd = Crowd(restaurant, f"restart-{service}")
    crowd.come(CUSTOMERS, within=WITHIN, think=THINK)
    threading.Event().wait(HEAD_START)
    began, busy = time.monotonic(), crowd.busy
    compose.restart(service)
    took = time.monotonic() - began
    eventually(streams_speak, within=PATIENCE_SECONDS)
    crowd.go(within=PATIENCE_SECONDS)
    met = dict(crowd.troubles)
    say(f"{service:15} amid {busy:2} customers, well after {took:3.0f} s; they met {met or 'nothing'}")
    bearable = TOLD_TO_COME_AGAIN | (NOBODY_THERE if service == "gateway" else set())
    if not set(met) <= bearable or crowd.troubles.unkind:
        raise Wrong(f"while {service} restarted, customers met {met}: {crowd.troubles.unkind}")
    return crowd


def streams_speak() -> bool:
    """Whether the board's stream says something, through the gateway."""
    with requests.get(f"{URL}/board/events", stream=True, timeout=20) as stream:
        return stream.ok and any(stream.iter_lines())


def scraped() -> int:
    """How many processes Prometheus reaches, where it reaches all that it knows of; else 0."""
    found = requests.get(f"{PROMETHEUS}/api/v1/targets", timeout=20).json()["data"]["activeTargets"]
    return len(found) if all(one["health"] == "up" for one in found) else 0


def say(text: str) -> None:
    """A line, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
