"""The gateway of the tests: one address in front of the services, as nginx is in production."""

import http.client
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from werkzeug.serving import WSGIRequestHandler, make_server

from standalone.application import Application

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date"}
UPSTREAM_SECONDS = 30


class _Upstream:
    """A WSGI application that passes requests on."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url).netloc

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=UPSTREAM_SECONDS)
        target = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"] or "/"
        if environ.get("QUERY_STRING"):
            target += "?" + environ["QUERY_STRING"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            connection.request(environ["REQUEST_METHOD"], target, body, _headers(environ))
            answer = connection.getresponse()
            content = answer.read()
        except OSError:
            start_response("502 Bad Gateway", [("Content-Type", "text/plain")])
            return [b"upstream is away"]
        finally:
            connection.close()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP]
        start_response(f"{answer.status} {answer.reason}", headers)
        return [content]


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
    """Serves on a free port of 127.0.0.1, in a thread, until it is stopped."""

    def __init__(self, *, orders: str, payments: str, emulator: str) -> None:
        self._upstreams = {
            name: _Upstream(url)
            for name, url in {"orders": orders, "payments": payments, "emulator": emulator}.items()
        }
        application = Application(**self._upstreams, health=self._upstreams["orders"])
        self._server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def lead(self, service: str, url: str) -> None:
        """From now on the service is there."""
        self._upstreams[service].address = urlsplit(url).netloc

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
