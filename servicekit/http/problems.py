"""Errors as clients see them: application/problem+json (RFC 9457), made in this one place."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

import structlog
from flask import Flask, Response, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from servicekit.database.unit_of_work import StaleAggregate
from servicekit.http.stores import told_path
from servicekit.observability.redaction import redacted_throughout

STATUS_OF_KIND = {
    "invalid": 422,
    "not_found": 404,
    "conflict": 409,
    "forbidden": 403,
    "unsupported": 415,
    "unavailable": 503,
}
RETRY_AFTER_SECONDS = 1

log = structlog.get_logger(__name__)


class DomainProblem(Protocol):
    """What a service's domain errors have in common."""

    slug: str
    kind: str
    title: str

    def members(self) -> Mapping[str, Any]:
        """The problem's own members."""
        ...


class Problem(Exception):
    """An error of the HTTP door itself, or of one of its views."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail or title)
        self.status, self.slug, self.title, self.detail = status, slug, title, detail or title
        self.headers = dict(headers or {})
        self.members = members


def too_many_requests(detail: str, wait_seconds: int) -> Problem:
    """A 429 that says when to come again."""
    wait = {"Retry-After": str(wait_seconds)}
    return Problem(429, "too-many-requests", "Too many requests", detail, headers=wait)


def install_problems(app: Flask, domain_error: type[Exception] | None = None) -> None:
    """Answer every error of the app as a problem. `domain_error` is the service's root of DomainProblem."""
    app.register_error_handler(Problem, respond)
    if domain_error is not None:
        app.register_error_handler(domain_error, _from_domain)
    app.register_error_handler(HTTPException, _from_werkzeug)
    for unavailable in (OperationalError, InterfaceError, PoolTimeoutError):
        app.register_error_handler(unavailable, _from_database)
    app.register_error_handler(StaleAggregate, _from_lost_race)
    app.register_error_handler(Exception, _from_bug)


def respond(problem: Problem) -> Response:
    """The problem as a response."""
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": told_path(),
        **problem.members,
    }
    text = json.dumps(redacted_throughout(body), ensure_ascii=False)
    # What a client sent can come back in the text: half of a surrogate pair has no place in UTF-8.
    raw = text.encode("utf-8", errors="replace")
    response = Response(raw, problem.status, problem.headers, mimetype="application/problem+json")
    if problem.status in {429, 503}:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    return response


def _from_domain(error: Any) -> Response:
    problem = Problem(STATUS_OF_KIND[error.kind], error.slug, error.title, str(error), **error.members())
    return respond(problem)


def _from_werkzeug(error: HTTPException) -> Response:
    name = error.name
    problem = Problem(error.code or 500, name.lower().replace(" ", "-"), name, error.description or name)
    response = respond(problem)
    for header, value in error.get_headers(request.environ):
        if header not in {"Content-Type", "Content-Length"}:
            response.headers[header] = value
    return response


def _from_database(error: Exception) -> Response:
    log.error("database_unavailable", exc_info=error)
    return respond(Problem(503, "unavailable", "Service unavailable", "Try again in a moment."))


def _from_lost_race(_error: StaleAggregate) -> Response:
    return respond(
        Problem(409, "lost-race", "Changed meanwhile", "Somebody else changed this. Load it again.")
    )


def _from_bug(error: Exception) -> Response:
    log.error("unhandled_error", exc_info=error)
    return respond(Problem(500, "internal-error", "Internal error", "The error was recorded."))
