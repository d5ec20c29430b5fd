"""The real nginx on infra/gateway's files, in front of upstreams that tell what they were asked."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
import requests

from tests.conftest import require
from tests.integration.gateway.upstream import Upstream
from tests.servers.certificate import Certificate
from tests.servers.nginx import NginxServer

SERVICES = {
    "orders": "ORDERS_UPSTREAM",
    "live": "LIVE_UPSTREAM",
    "payments": "PAYMENT_UPSTREAM",
    "emulator": "EMULATOR_UPSTREAM",
}
UNLIMITED = {
    "REQUESTS_PER_SECOND": "100000",
    "IDENTIFICATIONS_PER_SECOND": "100000",
    "NOTICES_PER_SECOND": "100000",
    "REQUESTS_BURST": "1000",
    "IDENTIFICATIONS_BURST": "1000",
    "NOTICES_BURST": "1000",
}
DEADLINE_SECONDS = 20


def wait_until(condition: Callable[[], object]) -> None:
    """Returns once it is so; fails where it does not become so in time."""
    give_up = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.01)


class Gateway:
    """A gateway with its upstreams."""

    def __init__(self, server: NginxServer, upstreams: dict[str, Upstream]) -> None:
        self.server = server
        self.upstreams = upstreams

    @property
    def url(self) -> str:
        return self.server.address

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """The answer, to a request whose path is sent as it is."""
        request = requests.Request(method, self.url, **options).prepare()
        request.url = self.url + path
        with requests.Session() as session:
            return session.send(request, timeout=DEADLINE_SECONDS, allow_redirects=False)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def say(self, raw: bytes) -> bytes:
        """All that comes back for these bytes until the gateway closes the connection."""
        with closing(socket.create_connection(("127.0.0.1", self.server.port), DEADLINE_SECONDS)) as line:
            line.sendall(raw)
            return b"".join(iter(lambda: line.recv(65536), b""))

    def asked_of(self, service: str, path: str) -> list[Any]:
        """What the service was asked of that path so far."""
        return [one for one in self.upstreams[service].asked if one.target == path]


StartGateway = Callable[..., Gateway]


@pytest.fixture(scope="session")
def upstreams() -> Iterator[dict[str, Upstream]]:
    services = {name: Upstream(name) for name in SERVICES}
    yield services
    for upstream in services.values():
        upstream.stop()


@pytest.fixture(scope="session")
def start_gateway(upstreams) -> Iterator[StartGateway]:
    """Starts a gateway with these settings; it is stopped at the end of the run."""
    require(NginxServer)
    addresses = {SERVICES[name]: upstream.address for name, upstream in upstreams.items()}
    with ExitStack() as stack:

        def start(certificate: Certificate | None = None, **settings: str) -> Gateway:
            server = NginxServer(certificate, **{**addresses, **UNLIMITED, **settings})
            server.start()
            stack.callback(server.stop)
            return Gateway(server, upstreams)

        yield start


@pytest.fixture(scope="session")
def gateway(start_gateway) -> Gateway:
    """One without limits on rates, and with the emulator's control paths."""
    return start_gateway(FAKE_CHECKOUT_CONTROL="on")


@pytest.fixture(scope="session")
def strict_gateway(start_gateway) -> Gateway:
    """One as the image is, without the emulator's control paths."""
    return start_gateway()
