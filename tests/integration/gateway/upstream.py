"""What stands in for a service behind the gateway: it tells what it was asked, and does what a test says."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Asked:
    """One request, as it arrived."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> list[str]:
        """Every value of the header."""
        return [value for given, value in self.headers if given.lower() == name.lower()]


class Upstream:
    """Serves on its address until it is stopped. `answers` are for paths that are not only to be echoed."""

    def __init__(self, name: str, host: str = "127.0.0.1", port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                target = self.requestline.split(" ")[1]  # self.path is without a slash too many
                upstream.asked.append(Asked(self.command, target, self.headers.items(), body))
                own = upstream.answers.get(target.partition("?")[0])
                if own:
                    own(self)
                    return
                told = {"service": name, "target": target, "headers": self.headers.items(), "body": len(body)}
                answer_with(self, json.dumps(told).encode(), {"Content-Type": "application/json"})

            def __getattr__(self, name: str) -> Callable[[], None]:
                """Every method is answered alike: the server looks for `do_` and its name."""
                if name.startswith("do_"):
                    return self.answer
                raise AttributeError(name)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.address = f"{host}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._thread.join(20)
        self._server.server_close()


def answer_with(
    handler: BaseHTTPRequestHandler, body: bytes, headers: dict[str, str], status: int = 200
) -> None:
    """Send the whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if handler.command != "HEAD":
        handler.wfile.write(body)


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Say nothing, and close."""
    handler.close_connection = True
