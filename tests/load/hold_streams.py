"""Can the live process hold very many streams? `python -m tests.load.hold_streams --streams 1000`.

A PostgreSQL of its own, one live process, and this process as all of its clients: each stream watches another
order. Then orders are changed at a steady rate, from here, through the use cases. Printed are how long after
the commit its client was told, and what the process took.
"""

import os
import random
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import click
import requests

from orders_service.bootstrap import Container
from orders_service.domain.order_line import WantedItem
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import AttemptTold, PaymentMethod, PaymentStatus
from orders_service.entrypoints.rest.app import DEFAULT_STORE
from orders_service.ports.catalogue_query_port import OfferFilter
from orders_service.usecases.advance_order_usecase import AdvanceOrder
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogue
from orders_service.usecases.checkout_usecase import Checkout
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from servicekit.ids import new_id
from servicekit.observability.logs import configure_logs
from tests.conftest import fresh_database
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, composed
from tests.servers.machine import free_port
from tests.servers.postgresql import PostgresqlServer

ROOT = Path(__file__).parents[2]
TARGET_SECONDS = 1.0
READY_SECONDS = 60
LAST_WORD_SECONDS = 5
AT_ONCE = 100
STEPS = (OrderStatus.IN_PREPARATION, OrderStatus.READY)


class Clients(threading.Thread):
    """Every stream, read by one thread. `arrivals` has when each version of each order was told first."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._address = ("127.0.0.1", port)
        self._selector = selectors.DefaultSelector()
        self._is_over = threading.Event()
        self.arrivals: dict[tuple[str, int], float] = {}
        self.ended = 0

    def connect(self, order_ids: Sequence[str]) -> None:
        """Open their streams at once, and wait for the first of each answer."""
        opened = {order_id: socket.create_connection(self._address, READY_SECONDS) for order_id in order_ids}
        for order_id, connection in opened.items():
            connection.sendall(f"GET /orders/{order_id}/events HTTP/1.1\r\nHost: live\r\n\r\n".encode())
        for order_id, connection in opened.items():
            head = connection.recv(65536)
            assert head.startswith(b"HTTP/1.1 200"), head
            connection.setblocking(False)  # noqa: FBT003 - the name of the method says it
            self._selector.register(connection, selectors.EVENT_READ, order_id)

    def run(self) -> None:
        while not self._is_over.is_set():
            for key, _ in self._selector.select(0.1):
                assert isinstance(key.fileobj, socket.socket)
                self._take(key.fileobj, key.data)

    def _take(self, connection: socket.socket, order_id: str) -> None:
        told = connection.recv(65536)
        now = time.monotonic()
        if not told:
            self.ended += 1
            self._selector.unregister(connection)
        for line in told.splitlines():
            if line.startswith(b"id: "):
                self.arrivals.setdefault((order_id, int(line[4:])), now)

    def close(self) -> None:
        self._is_over.set()
        self.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()


class LiveProcess:
    """`python -m orders_service.live`, ended with this block."""

    def __init__(self, database_url: str, streams: int, log: Path) -> None:
        self.port = free_port()
        environ = {
            "DATABASE_URL": database_url,
            "JWT_PRIVATE_KEY": PRIVATE_KEY,
            "JWT_PUBLIC_KEY": PUBLIC_KEY,
            "LIVE_PORT": str(self.port),
            "LIVE_STREAMS": str(streams * 8 // 7 + 8),  # some are kept for kitchens
        }
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "orders_service.live"],
                cwd=ROOT,
                env=os.environ | environ,
                stdout=output,
                stderr=output,
            )

    def wait_until_ready(self) -> None:
        give_up = time.monotonic() + READY_SECONDS
        while time.monotonic() < give_up:
            try:
                if requests.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise click.ClickException("the live process did not start")

    @property
    def megabytes(self) -> float:
        """Of memory that is its own, in use now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (kilobytes,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kilobytes) / 1024

    @property
    def processor_seconds(self) -> float:
        """That it has used so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        finally:
            self._process.kill()
            self._process.wait()


def place_orders(container: Container, count: int) -> list[str]:
    """So many paid orders of something that is not counted."""
    browse = BrowseCatalogue(DEFAULT_STORE, OfferFilter(), None, 200)
    menu = container.usecases.menu.browse.execute(browse)
    product = next(offer for offer in menu.items if offer.available is None)
    items = (WantedItem(product.id, 1, None),)
    ids = []
    with click.progressbar(range(count), label="orders", file=sys.stderr) as numbers:
        for _ in numbers:
            order = container.usecases.checkout.execute(
                Checkout(DEFAULT_STORE, items, None, PaymentMethod.PIX)
            )
            told = AttemptTold(new_id(), 1, PaymentStatus.APPROVED, PaymentMethod.PIX, order.terms.total, 2)
            container.usecases.confirm_payment.execute(ConfirmPayment(DEFAULT_STORE, order.id, told))
            ids.append(order.id)
    return ids


def change(container: Container, ids: list[str], seconds: int, rate: float) -> dict[tuple[str, int], float]:
    """Move orders on at this rate; when each version was committed."""
    steps = [(order_id, status) for status in STEPS for order_id in random.sample(ids, len(ids))]
    committed: dict[tuple[str, int], float] = {}
    began = time.monotonic()
    with click.progressbar(range(int(seconds * rate)), label="changes", file=sys.stderr) as numbers:
        for number, (order_id, status) in zip(numbers, steps, strict=False):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            order = container.usecases.advance_order.execute(AdvanceOrder(DEFAULT_STORE, order_id, status))
            committed[order_id, order.version] = time.monotonic()
    return committed


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database, on a server of its own unless the environment names one."""
    with ExitStack() as stack:
        address = os.environ.get(PostgresqlServer.variable)
        if not address:
            server = PostgresqlServer()
            server.start()
            stack.callback(server.stop)
            address = server.address
        yield stack.enter_context(fresh_database(address))


def report(committed: dict[tuple[str, int], float], clients: Clients, live: LiveProcess) -> bool:
    """Print the figures; whether they are within the target."""
    missed = [version for version in committed if version not in clients.arrivals]
    delays = [
        max(0.0, clients.arrivals[version] - at) for version, at in committed.items() if version not in missed
    ]
    p95 = quantiles(delays, n=20)[-1]
    click.echo(
        f"told: {len(delays)} changes, {len(missed)} missed, {clients.ended} streams ended\n"
        f"delay from the commit to the client: median {median(delays) * 1000:.0f} ms, "
        f"p95 {p95 * 1000:.0f} ms, longest {max(delays) * 1000:.0f} ms\n"
        f"memory of the live process: {live.megabytes:.0f} MB"
    )
    return not missed and not clients.ended and p95 < TARGET_SECONDS


@click.command(help="Measure the live process with very many open streams.")
@click.option("--streams", type=click.IntRange(min=2), default=1000, show_default=True)
@click.option("--seconds", type=click.IntRange(min=1), default=30, show_default=True, help="Of changes.")
@click.option(
    "--rate", type=click.FloatRange(min=0.1), default=20, show_default=True, help="Of changes in 1 s."
)
def main(streams: int, seconds: int, rate: float) -> None:
    """Exit with 1 where the target is missed."""
    configure_logs("WARNING")
    with postgresql() as url, TemporaryDirectory() as folder, ExitStack() as stack:
        container = composed(url)
        stack.callback(container.database.dispose)
        ids = place_orders(container, streams)
        live = stack.enter_context(closing(LiveProcess(url, streams, Path(folder) / "live.log")))
        live.wait_until_ready()
        click.echo(f"memory of the live process before the first stream: {live.megabytes:.0f} MB")
        clients = stack.enter_context(closing(Clients(live.port)))
        began = time.monotonic()
        for start in range(0, streams, AT_ONCE):
            clients.connect(ids[start : start + AT_ONCE])
        click.echo(f"{streams} streams opened, {AT_ONCE} at once, in {time.monotonic() - began:.1f} s")
        clients.start()
        used, began = live.processor_seconds, time.monotonic()
        committed = change(container, ids, seconds, rate)
        busy = (live.processor_seconds - used) / (time.monotonic() - began)
        click.echo(f"processor used meanwhile: {busy:.0%} of one core")
        _wait_for_the_last(committed, clients)
        sys.exit(0 if report(committed, clients, live) else 1)


def _wait_for_the_last(committed: dict[tuple[str, int], float], clients: Clients) -> None:
    give_up = time.monotonic() + LAST_WORD_SECONDS
    while time.monotonic() < give_up and any(version not in clients.arrivals for version in committed):
        time.sleep(0.05)


if __name__ == "__main__":
    main()
