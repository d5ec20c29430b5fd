"""One WSGI application out of three, by path, as the gateway does it in production."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PAYMENTS = re.compile(r"(/stores/[^/]+)?/payments(/|$)")
_EVENTS = re.compile(r"(/stores/[^/]+)?/(orders/[^/]+|kitchen|board)/events/?$")
_EMULATOR = re.compile(r"/fake-checkout(/|$)")
_HEALTH = re.compile(r"/health(/|$)")
_METRICS = re.compile(r"(/fake-checkout)?/metrics(/|$)")
_NOT_SHOWN: "WSGIApplication" = NotFound()


class Application:
    """Hands each request to the application whose path it is. Without `live`, event streams are of `orders`.

    Metrics are shown only where an application for them is given: a gateway, which anybody reaches, has none.
    """

    def __init__(
        self,
        *,
        orders: "WSGIApplication",
        payments: "WSGIApplication",
        emulator: "WSGIApplication",
        health: "WSGIApplication",
        live: "WSGIApplication | None" = None,
        metrics: "WSGIApplication" = _NOT_SHOWN,
    ) -> None:
        self._orders = orders
        self._payments = payments
        self._emulator = emulator
        self._health = health
        self._live = live or orders
        self._metrics = metrics

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        path = environ.get("PATH_INFO", "")
        if _METRICS.match(path):
            return self._metrics(environ, start_response)
        if _EMULATOR.match(path):
            prefix = "/fake-checkout"
            mounted = {
                "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + prefix,
                "PATH_INFO": path[len(prefix) :],
            }
            return self._emulator({**environ, **mounted}, start_response)
        if _PAYMENTS.match(path):
            return self._payments(environ, start_response)
        if _HEALTH.match(path):
            return self._health(environ, start_response)
        if _EVENTS.match(path):
            return self._live(environ, start_response)
        return self._orders(environ, start_response)
