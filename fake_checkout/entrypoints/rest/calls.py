"""What every call of the provider's API goes through: its faults, its token, its key, and the record of it.

The order matters: a fault strikes before anything else is looked at; a key counts as in use from before a
delay until the answer is ready, so that a client that repeats itself too early is told so.
"""

import hashlib
import json
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request

from fake_checkout.domain.errors import IdempotencyKeyInFlight, IdempotencyKeyReused
from fake_checkout.domain.fault_rule import Rule
from fake_checkout.entrypoints.rest.authentication import authenticate, caller
from fake_checkout.entrypoints.rest.call_faults import (
    LOST,
    cut,
    kept_failure,
    let_webhook_go_first,
    refusal,
    struck,
    wait,
    what_was_asked,
)
from fake_checkout.entrypoints.rest.cors import install_cors
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.rate_limit import Buckets
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, canonical
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.answer_once_usecase import AnswerOnceRequest
from fake_checkout.usecases.record_request_usecase import RecordRequestRequest

KEY_HEADER = "X-Idempotency-Key"
LONGEST_KEY = 255
CARD_TOKENS = "/v1/card_tokens"
SECRETS = (b"card_number", b"security_code")


class KeysInUse:
    """The idempotency keys that this process is working on."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._guard = threading.Lock()

    def take(self, scope: str, key: str) -> None:
        """Raises IdempotencyKeyInFlight when somebody has it."""
        with self._guard:
            if (scope, key) in self._keys:
                raise IdempotencyKeyInFlight(f"key {key} is in use")
            self._keys.add((scope, key))

    def give_back(self, scope: str, key: str) -> None:
        """It may be taken again."""
        with self._guard:
            self._keys.discard((scope, key))


def install_calls(blueprint: Blueprint, services: Services) -> None:
    """Let every call of the blueprint go through all of it."""
    keys, buckets = KeysInUse(), Buckets()
    install_cors(blueprint)
    blueprint.before_request(_read_body)
    blueprint.before_request(lambda: _draw_faults(services))
    blueprint.before_request(lambda: authenticate(services.accounts))
    blueprint.before_request(lambda: buckets.refusal(services.switches()))
    blueprint.before_request(lambda: _take_key(keys))
    blueprint.before_request(lambda: _delay(services))
    blueprint.after_request(lambda response: _finish(services, response))
    blueprint.teardown_request(lambda _error: _give_key_back(keys))


def answer_once(services: Services, body: dict[str, Any], make: Callable[[], dict[str, Any]]) -> Response:
    """The answer of a call that creates something: made now, with status 201, or kept under its key."""
    asked = AnswerOnceRequest(
        scope=g.key_in_use[0],
        key=g.key_in_use[1],
        fingerprint=hashlib.sha256(canonical(body).encode()).hexdigest(),
        make=lambda: _made(make),
    )
    try:
        answer = services.answer_once.execute(asked)
    except IdempotencyKeyReused as error:
        status = int(services.switches()["key_reused"])
        raise Refused(status, "X-Idempotency-Key already used with another payload", status=status) from error
    return Response(answer.body, answer.status, mimetype="application/json")


def _made(make: Callable[[], dict[str, Any]]) -> tuple[int, str]:
    body = json.dumps(make(), ensure_ascii=False)
    return kept_failure(g.faults) or (201, body)


def _read_body() -> None:
    """Once, for whoever comes later: a body that is too large fails here and nowhere else."""
    g.raw = b""
    g.raw = request.get_data()


def _draw_faults(services: Services) -> Response | None:
    key = request.headers.get(KEY_HEADER, "").strip()
    asked = what_was_asked(request, g.raw, key if len(key) <= LONGEST_KEY else "")
    g.faults = services.draw_call_faults.execute(asked)
    return refusal(g.faults)


def _take_key(keys: KeysInUse) -> None:
    if request.method != "POST" or not request.path.startswith("/v1/payments"):
        return
    key = request.headers.get(KEY_HEADER, "").strip()
    if not key:
        raise Refused(4292, f"Header {KEY_HEADER} can't be null")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused(PARAMS_ERROR, f"Header {KEY_HEADER} is invalid")
    scope = f"{caller().collector_id} {request.method} {request.path}"
    keys.take(scope, key)
    g.key_in_use = (scope, key)


def _give_key_back(keys: KeysInUse) -> None:
    if "key_in_use" in g:
        keys.give_back(*g.key_in_use)


def _delay(services: Services) -> None:
    wait(services, g.faults, "delay")


def _finish(services: Services, response: Response) -> Response:
    rules: tuple[Rule, ...] = g.get("faults", ())
    kinds = {rule.kind for rule in rules}
    changed = request.method != "GET" and response.status_code < HTTPStatus.MULTIPLE_CHOICES
    if (changed and services.switches()["webhook_first"] == "on") or "webhook_first" in kinds:
        let_webhook_go_first(services, response)
    wait(services, rules, "answer_late")
    response = struck(services, rules, response)
    lost = bool(kinds & LOST)
    if services.control_is_on:
        _record(services, None if lost else response.status_code)
    if lost:
        connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
        return Response(cut(connection), response.status_code)
    return response


def _record(services: Services, status: int | None) -> None:
    services.record_request.execute(
        RecordRequestRequest(
            method=request.method,
            path=request.full_path.rstrip("?"),
            headers={name: _shown(name, value) for name, value in request.headers.items()},
            body=_shown_body(),
            status=status,
        )
    )


def _shown(name: str, value: str) -> str:
    """A header's value, without the secret in it."""
    return f"{value[:11]}…{value[-4:]}" if name.lower() == "authorization" else value


def _shown_body() -> str:
    """The body, unless a card is in it, even where it does not belong: its number is kept nowhere."""
    raw: bytes = g.get("raw", b"")
    if request.path.startswith(CARD_TOKENS) or any(name in raw for name in SECRETS):
        return ""
    return raw.decode("utf-8", "replace").replace("\x00", "\ufffd")
