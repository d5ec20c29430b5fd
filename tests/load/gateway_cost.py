"""What does the gateway cost a request? `python -m tests.load.gateway_cost --rounds 2000`.

The embedded system serves, and nginx stands in front of it as in production. In each round the same is asked
for once in each way, so that whatever else the machine is busy with hits all ways alike. Printed are how long
each took, and how much of a processor nginx took for each request that it passed on.
"""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import click
import requests

from tests.servers.nginx import NginxServer
from tests.servers.system import EmbeddedSystem

PATH = "/categories"
WARM_UP = 50
MILLISECONDS = 1000
UNLIMITED = "100000"


def processor_seconds(parent: int) -> float:
    """What the children of a process have taken of a processor so far."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    ticks = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])  # utime and stime: proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def ways(direct: str, gateway: str, stack: ExitStack) -> dict[str, Callable[[], requests.Response]]:
    """How the same can be asked for."""
    kept, kept_to_gateway = (stack.enter_context(requests.Session()) for _ in range(2))
    return {
        "the service, on one connection": lambda: kept.get(direct + PATH, timeout=30),
        "the service, on a connection each": lambda: requests.get(direct + PATH, timeout=30),
        "the gateway, on one connection": lambda: kept_to_gateway.get(gateway + PATH, timeout=30),
    }


def measure(asking: dict[str, Callable[[], requests.Response]], rounds: int) -> dict[str, list[float]]:
    """The seconds that each request took, by its way."""
    took: dict[str, list[float]] = {way: [] for way in asking}
    for number in range(WARM_UP + rounds):
        for way, ask in asking.items():
            began = time.perf_counter()
            ask().raise_for_status()
            if number >= WARM_UP:
                took[way].append(time.perf_counter() - began)
    return took


@click.command()
@click.option("--rounds", default=2000, show_default=True, help="How often each way is gone.")
def main(rounds: int) -> None:
    """Measure what the gateway costs."""
    with ExitStack() as stack:
        system = EmbeddedSystem(Path(stack.enter_context(TemporaryDirectory())))
        stack.callback(system.stop)
        system.start()
        nginx = NginxServer(ORDERS_UPSTREAM=urlsplit(system.url).netloc, REQUESTS_PER_SECOND=UNLIMITED)
        stack.callback(nginx.stop)
        nginx.start()
        before = processor_seconds(nginx.pid)
        took = measure(ways(system.url, nginx.address, stack), rounds)
        spent = processor_seconds(nginx.pid) - before
    base = median(next(iter(took.values())))
    for way, seconds in took.items():
        late = quantiles(seconds, n=20)[-1]
        click.echo(
            f"{way}: median {median(seconds) * MILLISECONDS:.2f} ms ({median(seconds) / base:.2f}), "
            f"95 % within {late * MILLISECONDS:.2f} ms"
        )
    click.echo(f"nginx: {spent / (rounds + WARM_UP) * MILLISECONDS:.2f} ms of a processor for each request")


if __name__ == "__main__":
    main()
