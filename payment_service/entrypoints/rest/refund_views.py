"""Refunds, for managers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from payment_service.domain.errors import (
    NotRefundable,
    RefundTooLarge,
    UnknownPayment,
    WholeRefundBeforeFinished,
)
from payment_service.entrypoints.rest.card_numbers import refuse_card_numbers
from payment_service.entrypoints.rest.payment_schemas import (
    OpenRefundJson,
    OpenRefundsSchema,
    RefundJson,
    RefundRequestSchema,
    end_json,
    open_refund_json,
    refund_json,
)
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.browse_payments_usecase import ListStoresOpenRefunds, ShowPayment
from payment_service.usecases.request_refund_usecase import RequestRefund
from servicekit.http.auth import roles
from servicekit.http.documentation import PageJson, Refusal, documented
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import parse_body, parse_query
from servicekit.http.stores import current_store

REFUND_REQUEST = RefundRequestSchema()
OPEN_REFUNDS = OpenRefundsSchema()


def refund_blueprint(usecases: UseCases) -> Blueprint:
    """Giving money back, and seeing what became of it."""
    blueprint = Blueprint("refunds", __name__)

    @blueprint.post("/payments/<uuid:payment_id>/refunds")
    @roles("manager")
    @documented(
        "Give money back",
        answers={202: RefundJson},
        body=REFUND_REQUEST,
        body_required=False,
        problems=(
            UnknownPayment,
            NotRefundable,
            RefundTooLarge,
            WholeRefundBeforeFinished,
            Refusal(422, "card-number", "A card number"),
        ),
    )
    @idempotent
    def request_refund(payment_id: UUID) -> ResponseReturnValue:
        refuse_card_numbers()
        body = _body()
        wanted = RequestRefund(current_store(), str(payment_id), body["amount"], body["reason"])
        return jsonify(refund_json(usecases.request_refund.execute(wanted))), 202

    @blueprint.get("/payments/refunds")
    @roles("manager")
    @documented("The refunds that are not done", answers={200: PageJson[OpenRefundJson]}, query=OPEN_REFUNDS)
    def list_open_refunds() -> ResponseReturnValue:
        query = parse_query(OPEN_REFUNDS)
        wanted = ListStoresOpenRefunds(current_store(), query["limit"], query["cursor"])
        page = usecases.list_stores_open_refunds.execute(wanted)
        return jsonify(items=[open_refund_json(one) for one in page.items], next=end_json(page.next))

    @blueprint.get("/payments/<uuid:payment_id>/refunds")
    @roles("manager")
    @documented("A payment's refunds", answers={200: PageJson[RefundJson]}, problems=(UnknownPayment,))
    def list_refunds(payment_id: UUID) -> ResponseReturnValue:
        views = usecases.list_refunds.execute(ShowPayment(current_store(), str(payment_id)))
        return jsonify(items=[refund_json(view) for view in views], next=None)

    return blueprint


def _body() -> dict[str, Any]:
    """Every member may be left out, and so may the body."""
    if not request.get_data(cache=True):
        return {"amount": None, "reason": None}
    body: dict[str, Any] = parse_body(REFUND_REQUEST)
    return body
