"""One address in front of the services, for storms, which lead clients elsewhere from one moment to the next.

Other tests have the gateway of production in its place, where there is an nginx.
"""

import http.client
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from standalone.application import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date"}
UPSTREAM_SECONDS = 30


class _Upstream:
    """A WSGI application that passes requests on."""

    address = ""

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=UPSTREAM_SECONDS)
        path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
        target = quote(path.encode("latin-1"), safe="/:@!$&'()*+,;=") or "/"  # PEP 3333 has it unquoted
        if environ.get("QUERY_STRING"):
            target += "?" + environ["QUERY_STRING"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            connection.request(environ["REQUEST_METHOD"], target, body, _headers(environ))
            answer = connection.getresponse()
            streaming = answer.headers.get_content_type() == "text/event-stream"
            content = _as_it_comes(connection, answer) if streaming else [answer.read()]
        except OSError:
            connection.close()
            start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b"upstream is away"]
        if not streaming:
            connection.close()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        start_response(f"{answer.status} {answer.reason}", headers)
        return content


def _as_it_comes(connection: http.client.HTTPConnection, answer: http.client.HTTPResponse) -> Iterator[bytes]:
    """The answer piece by piece; what is broken off upstream is broken off here."""
    with closing(connection), suppress(OSError, http.client.HTTPException):
        while piece := answer.read1():
            yield piece


def _headers(environ: "WSGIEnvironment") -> dict[str, str]:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") and name != "HTTP_HOST"
    }
    if environ.get("CONTENT_TYPE"):
        headers["Content-Type"] = environ["CONTENT_TYPE"]
    return headers


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: object) -> None:
        """The services have logs of their own."""


class Gateway:
    """Serves on a free port of 127.0.0.1 until it is stopped, in a process of its own.

    So it is out of reach of whatever a test does to its own process, such as refusing it all sockets. It
    outlives no test process: it ends with its input.
    """

    def __init__(self, *, orders: str, payments: str, emulator: str, live: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.url = self._tell(orders=orders, payments=payments, emulator=emulator, live=live)

    def lead(self, service: str, url: str) -> None:
        """From now on the service is there."""
        self._tell(**{service: url})

    def stop(self) -> None:
        """Stop serving."""
        self._process.communicate()

    def _tell(self, **services: str) -> str:
        """Return what it answers once it does as it was told."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(services), file=self._process.stdin, flush=True)
        return self._process.stdout.readline().strip()


def main() -> None:
    """Read where services are, a line of JSON each time, and answer each line with the gateway's address."""
    upstreams = {name: _Upstream() for name in ("orders", "payments", "emulator", "live")}
    application = Application(**upstreams, health=upstreams["orders"])
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for line in sys.stdin:
        for name, url in json.loads(line).items():
            upstreams[name].address = urlsplit(url).netloc
        print(f"http://127.0.0.1:{server.server_port}", flush=True)


if __name__ == "__main__":
    main()
