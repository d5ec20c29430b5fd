"""Payments, for whoever knows the payment's or the order's id."""

import io
from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from payment_service.domain.card import Card
from payment_service.domain.errors import (
    AlreadyPaid,
    ChargeEnded,
    NoAttemptsLeft,
    NoCode,
    PaymentStillLive,
    UnknownCharge,
    UnknownPayment,
)
from payment_service.domain.payment import CARD
from payment_service.entrypoints.rest.card_numbers import refuse_card_numbers
from payment_service.entrypoints.rest.payment_schemas import (
    ListSchema,
    PaymentJson,
    PaymentRequestSchema,
    end_json,
    payment_json,
)
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.browse_payments_usecase import ListOrderPayments, ListPayments, ShowPayment
from payment_service.usecases.request_payment_usecase import RequestPayment
from servicekit.http.auth import anyone, current_principal, has_role_here
from servicekit.http.documentation import FORBIDDEN, Content, PageJson, Refusal, documented
from servicekit.http.idempotency import idempotent
from servicekit.http.problems import Problem
from servicekit.http.requests import parse_body, parse_query
from servicekit.http.stores import current_store, store_url

PAYMENT_REQUEST = PaymentRequestSchema()
LIST = ListSchema()

RETRY_AFTER_SECONDS = 1
CODE_SCALE = 8
CODE_CACHING = "private, max-age=3600"


def payment_blueprint(usecases: UseCases, public_url: str) -> Blueprint:
    """What customers see and ask for, and the store's list."""
    blueprint = Blueprint("payments", __name__)

    @blueprint.post("/payments")
    @anyone
    @documented(
        "Pay, or try again",
        answers={202: PaymentJson},
        body=PAYMENT_REQUEST,
        headers=("Location",),
        problems=(
            UnknownCharge,
            PaymentStillLive,
            AlreadyPaid,
            NoAttemptsLeft,
            ChargeEnded,
            Refusal(422, "card-number", "A card number"),
        ),
    )
    @idempotent
    def request_payment() -> ResponseReturnValue:
        refuse_card_numbers()
        body = parse_body(PAYMENT_REQUEST)
        wanted = RequestPayment(current_store(), body["order_id"], _card(body))
        try:
            view = usecases.request_payment.execute(wanted)
        except UnknownCharge as error:
            raise _not_yet(error) from error
        answer = jsonify(payment_json(view, store_url(public_url)))
        return answer, 202, {"Location": f"{request.path}/{view.id}"}

    @blueprint.get("/payments/<uuid:payment_id>")
    @anyone
    @documented("A payment", answers={200: PaymentJson}, problems=(UnknownPayment,))
    def show(payment_id: UUID) -> ResponseReturnValue:
        view = usecases.show_payment.execute(ShowPayment(current_store(), str(payment_id)))
        return jsonify(payment_json(view, store_url(public_url)))

    @blueprint.get("/payments")
    @anyone
    @documented(
        "An order's payments; without order_id, the store's",
        answers={200: PageJson[PaymentJson]},
        query=LIST,
        also_for=("manager",),
        problems=(FORBIDDEN,),
    )
    def list_payments() -> ResponseReturnValue:
        query = parse_query(LIST)
        if query["order_id"] is None:
            return _of_store(query)
        views = usecases.list_order_payments.execute(ListOrderPayments(current_store(), query["order_id"]))
        return jsonify(items=[payment_json(view, store_url(public_url)) for view in views], next=None)

    def _of_store(query: dict[str, Any]) -> Response:
        _require_manager()
        page = usecases.list_payments.execute(_listing(query))
        return jsonify(
            items=[payment_json(view, store_url(public_url)) for view in page.items], next=end_json(page.next)
        )

    @blueprint.get("/payments/<uuid:payment_id>/qr.<any(svg, png):kind>")
    @anyone
    @documented(
        "The Pix code as a picture",
        answers={200: Content(("image/svg+xml", "image/png"))},
        headers=("Cache-Control",),
        problems=(UnknownPayment, NoCode),
    )
    def show_code(payment_id: UUID, kind: str) -> ResponseReturnValue:
        code = usecases.show_code.execute(ShowPayment(current_store(), str(payment_id)))
        mimetype = "image/svg+xml" if kind == "svg" else "image/png"
        return Response(_drawn(code, kind), mimetype=mimetype, headers={"Cache-Control": CODE_CACHING})

    return blueprint


def _card(body: dict[str, Any]) -> Card | None:
    if body["method"] != CARD:
        return None
    return Card(body["token"], body.get("installments", 1), body.get("payer", {}))


def _listing(query: dict[str, Any]) -> ListPayments:
    return ListPayments(
        store=current_store(),
        status=query["status"],
        day=query["day"],
        limit=query["limit"],
        after=query["cursor"],
    )


def _drawn(code: str, kind: str) -> bytes:
    picture = io.BytesIO()
    segno.make(code, error="m", micro=False).save(picture, kind=kind, scale=CODE_SCALE)
    return picture.getvalue()


def _not_yet(error: UnknownCharge) -> Problem:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Problem(404, error.slug, error.title, str(error), headers=headers)


def _require_manager() -> None:
    """A customer names the order; without it the list is the manager's. Raises Problem."""
    if current_principal() is None:
        detail = "This needs an order_id, or a manager's bearer token."
        raise Problem(401, "unauthorized", "Unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
    if not has_role_here("manager"):
        raise Problem(403, "forbidden", "Forbidden", "This needs the role manager in this store.")
