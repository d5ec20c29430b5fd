"""What can befall a call to the provider: before it has its effect there, or after."""

import json
from collections.abc import Callable
from typing import Any

import requests

from payment_service.infrastructure.gateways import mercado_pago_client
from tests.simulation.line import Ask, Call, Trouble, an_answer

CREATE = Call("POST", "/v1/payments")
SEARCH = Call("GET", "/v1/payments/search")
READ = Call("GET", "/v1/payments/[0-9]+")
CANCEL = Call("PUT", "/v1/payments/[0-9]+")
REFUND = Call("POST", "/v1/payments/[0-9]+/refunds")
LIST = Call("GET", "/v1/payments/[0-9]+/refunds")
ANY = Call(".*", ".*")
FOR_GOOD = 10**9
"""Times: until it is healed."""
GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
OTHER_TYPES: dict[type, Any] = {int: "one", float: [0.1], str: {"a": 1}, dict: 7, list: "none", bool: 0.5}


def time_out_before(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
    """Nothing has arrived there."""
    raise requests.ConnectTimeout("nobody is there")


def time_out_after(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done, and nobody says so."""
    ask(request)
    raise requests.ReadTimeout("nothing comes back")


def connection_refused(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
    """Nobody listens."""
    raise requests.ConnectionError("connection refused")


def server_error_before(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
    """It broke before anything was done."""
    return _told(500, {"message": "internal_error", "status": 500})


def server_error_after(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done, and then something broke."""
    ask(request)
    return _told(500, {"message": "internal_error", "status": 500})


def server_error_kept_for_its_key() -> Trouble:
    """It was done, and the answer that is kept for the key is the error that came of it."""
    known = set()

    def replayed(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
        key = request.headers["x-idempotency-key"]
        if key not in known:
            known.add(key)
            ask(request)
        return _told(500, {"message": "internal_error", "status": 500})

    return replayed


def html_error(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done; what stands in front of the provider answers with a page."""
    ask(request)
    return an_answer(502, GATEWAY_PAGE, {"Content-Type": "text/html"})


def html_success(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
    """A page that claims success, of something that was never reached."""
    return an_answer(200, GATEWAY_PAGE, {"Content-Type": "text/html"})


def cut_json(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done, and half of the answer arrives."""
    answer = ask(request)
    return an_answer(answer.status_code, answer.content[: len(answer.content) // 2])


def no_body(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done, and the answer has nothing in it."""
    return an_answer(ask(request).status_code, b"")


def wrong_types(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done; every member of the answer is there, and none is of its type."""
    answer = ask(request)
    told = answer.json()
    body = [_mistyped(one) for one in told] or [7] if isinstance(told, list) else _mistyped(told)
    return _told(answer.status_code, body)


def giant_body(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
    """It was done; the answer is right, and does not end."""
    answer = ask(request)
    return an_answer(answer.status_code, answer.content + b" " * (2 * mercado_pago_client.MAX_BYTES))


def too_many_requests(retry_after: int) -> Trouble:
    """It was not looked at; come again in so many seconds."""

    def refused(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
        return _told(429, {"message": "too many requests", "status": 429}, {"Retry-After": str(retry_after)})

    return refused


def declined(status: int, code: int) -> Trouble:
    """It was not done, for this reason."""

    def refused(_request: requests.PreparedRequest, _ask: Ask) -> requests.Response:
        cause = [{"code": code, "description": "no", "data": None}]
        return _told(status, {"message": "no", "error": "bad_request", "status": status, "cause": cause})

    return refused


def one_after_another(*troubles: Trouble) -> Trouble:
    """Each call in a row suffers another one."""
    coming = iter(troubles)

    def suffer(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
        return next(coming)(request, ask)

    return suffer


def retold(change: Callable[[Any], Any]) -> Trouble:
    """It was done, and what is told of it is changed on the way."""

    def told(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
        answer = ask(request)
        return _told(answer.status_code, change(answer.json()))

    return told


def meanwhile(act: Callable[[], object]) -> Trouble:
    """It was done; before its answer arrives something else happens."""

    def delayed(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
        answer = ask(request)
        act()
        return answer

    return delayed


def first(act: Callable[[], object]) -> Trouble:
    """Something else happens before the call arrives."""

    def delayed(request: requests.PreparedRequest, ask: Ask) -> requests.Response:
        act()
        return ask(request)

    return delayed


def _told(status: int, body: Any, headers: dict[str, str] | None = None) -> requests.Response:
    return an_answer(status, json.dumps(body).encode(), headers)


def _mistyped(told: dict[str, Any]) -> dict[str, Any]:
    return {name: OTHER_TYPES.get(type(value)) for name, value in told.items()}
