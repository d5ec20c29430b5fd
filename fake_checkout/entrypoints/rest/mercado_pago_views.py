"""Mercado Pago's Payments API (https://www.mercadopago.com.br/developers, "Payments"), for Pix."""

import json
from typing import Any

from flask import Blueprint, Response, request

from fake_checkout.entrypoints.rest.calls import answer_once, install_calls
from fake_checkout.entrypoints.rest.payment_body import payment_body, refund_body
from fake_checkout.entrypoints.rest.payment_fields import payment_request, refund_amount
from fake_checkout.entrypoints.rest.provider_errors import Refused, install_provider_errors
from fake_checkout.entrypoints.rest.search_query import finds_nothing, payment_search
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, read_object
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.refund_payment_usecase import RefundPaymentRequest

LONGEST_ID = 15


def mercado_pago_blueprint(services: Services) -> Blueprint:
    """The API."""
    blueprint = Blueprint("mercado_pago", __name__)
    install_provider_errors(blueprint)
    install_calls(blueprint, services)
    _add_payments(blueprint, services)
    _add_refunds(blueprint, services)
    return blueprint


def _add_payments(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/v1/payments")
    def create_payment() -> Response:
        body = read_object(request.get_data())

        def make() -> dict[str, Any]:
            payment = services.create_payment.execute(payment_request(body))
            return payment_body(payment, services.account)

        return answer_once(services, body, make)

    @blueprint.get("/v1/payments/search")
    def search_payments() -> Response:
        query = request.args.to_dict()
        wanted = payment_search(query, services.books.now())
        found = services.books.search(wanted)
        nothing = finds_nothing(query)
        total, payments = (0, ()) if nothing else (found.total, found.payments)
        return _json(
            {
                "paging": {"total": total, "limit": wanted.limit, "offset": wanted.offset},
                "results": [payment_body(payment, services.account) for payment in payments],
            }
        )

    @blueprint.get("/v1/payments/<payment_id>")
    def get_payment(payment_id: str) -> Response:
        payment = services.books.payment(_number(payment_id))
        return _json(payment_body(payment, services.account))

    @blueprint.put("/v1/payments/<payment_id>")
    def update_payment(payment_id: str) -> Response:
        number = _number(payment_id)
        status = read_object(request.get_data()).get("status")
        if status is None:
            raise Refused(4017, "status attribute can't be null")
        if status != "cancelled":
            raise Refused(2016, "Invalid status for update")
        return _json(payment_body(services.cancel_payment.execute(number), services.account))


def _add_refunds(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/v1/payments/<payment_id>/refunds")
    def refund_payment(payment_id: str) -> Response:
        number = _number(payment_id)
        body = read_object(request.get_data())

        def make() -> dict[str, Any]:
            wanted = RefundPaymentRequest(number, refund_amount(body))
            return refund_body(services.refund_payment.execute(wanted), services.account)

        return answer_once(services, body, make)

    @blueprint.get("/v1/payments/<payment_id>/refunds")
    def list_refunds(payment_id: str) -> Response:
        payment = services.books.payment(_number(payment_id))
        return _json([refund_body(refund, services.account) for refund in payment.refunds])

    @blueprint.get("/v1/payments/<payment_id>/refunds/<refund_id>")
    def get_refund(payment_id: str, refund_id: str) -> Response:
        if not _is_number(refund_id):
            raise Refused(PARAMS_ERROR, "refund_id attribute must be numeric")
        refund = services.books.refund(_number(payment_id), int(refund_id))
        return _json(refund_body(refund, services.account))


def _number(payment_id: str) -> int:
    if not _is_number(payment_id):
        raise Refused(4019, "payment_id attribute must be numeric")
    return int(payment_id)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID


def _json(body: Any) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), mimetype="application/json")
