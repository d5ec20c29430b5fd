"""The testers' control paths, below /__fake, where they collide with nothing of the provider's."""

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from fake_checkout.domain.delivery import Notification
from fake_checkout.domain.fault_rule import written
from fake_checkout.domain.faults import Faults
from fake_checkout.entrypoints.rest.control_schemas import (
    ClockSchema,
    FaultsSchema,
    SwitchesSchema,
)
from fake_checkout.entrypoints.rest.decision_views import add_decisions
from fake_checkout.entrypoints.rest.payment_body import payment_body
from fake_checkout.entrypoints.rest.wire import plain_numbers
from fake_checkout.entrypoints.services import Services
from fake_checkout.ports.books_query_port import LoggedDelivery
from fake_checkout.ports.unit_of_work_port import RecordedRequest
from fake_checkout.usecases.set_faults_usecase import SetFaultsRequest
from servicekit.http.requests import invalid, parse_body

LARGEST_PAGE = 1_000
MOST_DIGITS = 15


def control_blueprint(services: Services) -> Blueprint:
    """The control paths."""
    blueprint = Blueprint("control", __name__, url_prefix="/__fake")
    add_decisions(blueprint, services)
    _add_deliveries(blueprint, services)
    _add_faults(blueprint, services)
    _add_switches(blueprint, services)
    _add_clock(blueprint, services)
    _add_books(blueprint, services)
    return blueprint


def _add_deliveries(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/deliveries")
    def list_deliveries() -> Response:
        wanted = _whole_number("payment_id")
        logged = services.books.deliveries(None if wanted is None else [wanted])
        return _json({"deliveries": [_delivery(one) for one in logged]})

    @blueprint.post("/deliveries/<delivery_id>/resend")
    def resend(delivery_id: str) -> Response:
        return _json(_notification(services.resend_delivery.execute(delivery_id)), 202)


def _add_faults(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/faults")
    def get_faults() -> Response:
        return _json(_faults(services.books.faults()))

    @blueprint.put("/faults")
    def put_faults() -> Response:
        said = parse_body(FaultsSchema())
        wanted = SetFaultsRequest(said["seed"], plain_numbers(said["rules"]))
        return _json(_faults(services.set_faults.execute(wanted)))

    @blueprint.delete("/faults")
    def delete_faults() -> Response:
        services.set_faults.execute(SetFaultsRequest(0, ()))
        return Response(status=204)


def _add_switches(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/switches")
    def get_switches() -> Response:
        return _json(services.switches().told())

    @blueprint.put("/switches")
    def put_switches() -> Response:
        services.set_switches.execute(parse_body(SwitchesSchema()))
        return get_switches()


def _add_clock(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/clock")
    def get_clock() -> Response:
        offset = round(services.books.offset().total_seconds())
        return _json({"offset_seconds": offset, "now": _instant(services.books.now())})

    @blueprint.put("/clock")
    def put_clock() -> Response:
        said = parse_body(ClockSchema())
        services.set_clock.execute(timedelta(seconds=said["offset_seconds"]))
        return get_clock()


def _add_books(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/books")
    def books() -> Response:
        after, limit = _whole_number("after"), _whole_number("limit") or LARGEST_PAGE
        if after is None:
            payments = services.books.every_payment()
        else:
            payments = services.books.payments_after(after, min(limit, LARGEST_PAGE))
        told = [
            payment_body(payment, services.accounts.of(payment.terms.collector_id)) for payment in payments
        ]
        return _json(
            {"payments": told, "refunds": [refund for payment in told for refund in payment["refunds"]]}
        )

    @blueprint.get("/requests")
    def requests() -> Response:
        return _json({"requests": [_request(one) for one in services.books.requests()]})

    @blueprint.post("/reset")
    def reset() -> Response:
        services.reset.execute()
        return Response(status=204)


def _whole_number(name: str) -> int | None:
    text = request.args.get(name)
    if text is not None and not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        raise invalid({name: ["Not a valid integer."]})
    return None if text is None else int(text)


def _faults(faults: Faults) -> dict[str, Any]:
    return {
        "seed": faults.seed,
        "rules": [written(watch.rule) for watch in faults.watches],
        "counts": [{"matched": watch.matched, "struck": watch.struck} for watch in faults.watches],
    }


def _delivery(logged: LoggedDelivery) -> dict[str, Any]:
    delivery = logged.delivery
    return {
        "id": delivery.id,
        "payment_id": delivery.payment_id,
        "action": delivery.action,
        "url": delivery.url,
        "attempt": delivery.attempt,
        "sent_at": _instant(delivery.sent_at),
        "signature": delivery.signature,
        "answer_status": delivery.answer_status,
        "next_at": None if logged.next_at is None else _instant(logged.next_at),
    }


def _notification(notification: Notification) -> dict[str, Any]:
    return {"payment_id": notification.payment_id, "action": notification.action, "url": notification.url}


def _request(one: RecordedRequest) -> dict[str, Any]:
    return {
        "at": _instant(one.at),
        "method": one.method,
        "path": one.path,
        "headers": one.headers,
        "body": one.body,
        "status": one.status,
    }


def _instant(at: Any) -> str:
    text: str = at.isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
