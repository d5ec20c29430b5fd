"""What a fault does to a call: instead of it, or to its answer after the effect."""

import errno
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Request, Response

from fake_checkout.domain.fault_rule import Rule
from fake_checkout.entrypoints.rest.provider_errors import provider_error
from fake_checkout.entrypoints.rest.rate_limit import too_many
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.draw_call_faults_usecase import DrawCallFaultsRequest
from servicekit.database.patience import MAX_WAIT_SECONDS, begin_patience_anew

GATEWAY_ERROR = 500
LOST = frozenset({"reset", "answer_lost"})
DRIPS = 20
"""Into how many pieces a dripping answer is cut."""
MEGABYTE = 1024 * 1024
LOOK_SECONDS = 0.05
LOOKS = 200
"""How long an answer waits for its webhook: ten seconds, then it is not coming."""
_CREATE = ("POST", "/v1/payments")
_SEARCH = ("GET", "/v1/payments/search")


def what_was_asked(request: Request, raw: bytes, key: str) -> DrawCallFaultsRequest:
    """The call as rules and magic values look at it; what cannot be read says nothing."""
    call = (request.method, request.path)
    if call == _SEARCH:
        return DrawCallFaultsRequest(*call, reference=request.args.get("external_reference"))
    if call != _CREATE:
        return DrawCallFaultsRequest(*call)
    try:
        body = json.loads(raw, parse_float=Decimal)
    except (ValueError, RecursionError):
        body = None
    said = body if isinstance(body, dict) else {}
    amount, reference = said.get("transaction_amount"), said.get("external_reference")
    return DrawCallFaultsRequest(
        *call,
        amount=_centavos(amount),
        reference=reference if isinstance(reference, str) else None,
        key=key,
    )


def refusal(rules: Iterable[Rule]) -> Response | None:
    """What a call is answered in place of having its effect; None where it has it."""
    for rule in rules:
        if rule.kind in REFUSALS:
            return REFUSALS[rule.kind](rule)
    return None


def kept_failure(rules: Iterable[Rule]) -> tuple[int, str] | None:
    """Status and body that the idempotency key is to give from now on, though the effect happens."""
    for rule in rules:
        if rule.kind == "status_after" and rule.sticky:
            failure = _status(rule)
            return failure.status_code, failure.get_data(as_text=True)
    return None


def wait(services: Services, rules: Iterable[Rule], kind: str) -> None:
    """Let a call or its answer wait, as long as the rules of this kind say together."""
    seconds = sum(rule.seconds or 0 for rule in rules if rule.kind == kind)
    if seconds:
        services.pause(seconds)
        begin_patience_anew(MAX_WAIT_SECONDS)


def let_webhook_go_first(services: Services, response: Response) -> None:
    """Let the answer wait until the merchant was told of its effect, or will not be soon."""
    told = response.get_json(silent=True)
    number = (told.get("payment_id") or told.get("id")) if isinstance(told, dict) else None
    if not response.status_code < HTTPStatus.MULTIPLE_CHOICES or not isinstance(number, int):
        return
    for _ in range(LOOKS):
        if not services.books.is_being_told(number):
            return
        services.pause(LOOK_SECONDS)
        begin_patience_anew(MAX_WAIT_SECONDS)


def struck(services: Services, rules: Iterable[Rule], response: Response) -> Response:
    """The answer, as the rules leave it; the connection's end is not among them."""
    for rule in rules:
        change = CHANGES.get(rule.kind)
        if change is not None:
            response = change(services, rule, response)
    return response


def cut(connection: socket.socket | None) -> Iterator[bytes]:
    """A body that ends the connection before the first byte; servers take it for a client that is gone."""
    yield from ()
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    _fail()


def _centavos(amount: Any) -> int | None:
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal) or not 0 < amount < 10**9:
        return None
    return int(amount * 100)


def _status(rule: Rule) -> Response:
    status = rule.status or GATEWAY_ERROR
    message = HTTPStatus(status).phrase
    if status < GATEWAY_ERROR:
        return provider_error(status, message, rule.code)
    # What stands before the API answers these, and it knows of no causes.
    return Response(json.dumps({"status": status, "message": message}), status, mimetype="application/json")


def _rate_limit(rule: Rule) -> Response:
    return too_many(rule.retry_after or 0)


def _html(rule: Rule) -> Response:
    status = rule.status or GATEWAY_ERROR
    title = f"{status} {HTTPStatus(status).phrase}"
    page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
    return Response(page, status, mimetype="text/html")


def _status_after(_services: Services, rule: Rule, _response: Response) -> Response:
    return _status(rule)


def _altered(_services: Services, rule: Rule, response: Response) -> Response:
    told = response.get_json(silent=True)
    if isinstance(told, dict):
        objects = told["results"] if isinstance(told.get("results"), list) else [told]
        for one in objects:
            one.update(rule.members or {})
        response.set_data(json.dumps(told, ensure_ascii=False))
    return response


def _cut_json(_services: Services, _rule: Rule, response: Response) -> Response:
    whole = response.get_data()
    response.set_data(whole[: len(whole) // 2])
    return response


def _drip(services: Services, rule: Rule, response: Response) -> Response:
    whole = response.get_data()
    size = -(-len(whole) // DRIPS)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(whole), size):
            services.pause((rule.seconds or 0) / DRIPS)
            yield whole[start : start + size]

    return _streamed(pieces(), response, len(whole))


def _huge(_services: Services, rule: Rule, response: Response) -> Response:
    whole = response.get_data()
    megabytes = rule.megabytes or 0

    def pieces() -> Iterator[bytes]:
        yield whole
        for _ in range(megabytes):
            yield b" " * MEGABYTE

    return _streamed(pieces(), response, len(whole) + megabytes * MEGABYTE)


def _streamed(pieces: Iterator[bytes], response: Response, length: int) -> Response:
    streamed = Response(pieces, response.status_code, mimetype=response.mimetype)
    streamed.content_length = length
    return streamed


def _fail() -> NoReturn:
    raise ConnectionResetError(errno.ECONNRESET, "the answer is lost, as a fault rule wants it")


REFUSALS: dict[str, Callable[[Rule], Response]] = {
    "status": _status,
    "rate_limit": _rate_limit,
    "html": _html,
    "reset": lambda _rule: Response(),
}
CHANGES: dict[str, Callable[[Services, Rule, Response], Response]] = {
    "status_after": _status_after,
    "altered": _altered,
    "cut_json": _cut_json,
    "drip": _drip,
    "huge": _huge,
}
