"""Each request with its ids: X-Request-ID and W3C traceparent, taken or made, answered, logged, sent on."""

import time
from contextlib import ExitStack

import structlog
from flask import Flask, Response, current_app, g, request

from servicekit.database.patience import MAX_WAIT_SECONDS, patience
from servicekit.http.queueing import seconds_queued
from servicekit.ids import new_id
from servicekit.observability.context import (
    Correlation,
    correlated,
    current_correlation,
    new_traceparent,
    valid_request_id,
    valid_traceparent,
)
from servicekit.observability.metrics import count_request

log = structlog.get_logger("http")
SCOPE = "comanda.scope"
"""What a request has begun is kept with the request itself: a call within a call has the same g."""


def install_request_context(app: Flask) -> None:
    """Begin and end every request with its ids; log and count it by its route, never by its path."""
    app.before_request(_begin)
    app.after_request(_answer)
    app.teardown_request(_end)


def _begin() -> None:
    g.started = time.monotonic()
    scope = request.environ[SCOPE] = ExitStack()
    ids = Correlation(
        valid_request_id(request.headers.get("X-Request-ID")) or new_id(),
        valid_traceparent(request.headers.get("traceparent")) or new_traceparent(),
    )
    scope.enter_context(correlated(ids))
    scope.enter_context(patience(MAX_WAIT_SECONDS - seconds_queued()))


def _answer(response: Response) -> Response:
    ids = current_correlation()
    response.headers["X-Request-ID"] = ids.request_id or ""
    response.headers["traceparent"] = ids.traceparent or ""
    method, status = request.method, response.status_code
    route = request.url_rule.rule if request.url_rule else None
    seconds = time.monotonic() - g.get("started", time.monotonic())
    log.info("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))
    count_request(current_app.name.partition(".")[0], method, route, status, seconds + seconds_queued())
    return response


def _end(_error: BaseException | None) -> None:
    scope = request.environ.pop(SCOPE, None)
    if scope is not None:  # something before us may have refused the request
        scope.close()
