"""Mercado Pago's Payments API (https://www.mercadopago.com.br/developers, "Payments")."""

from typing import Any

from flask import Blueprint, Response, request

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.terms import Amendment
from fake_checkout.entrypoints.rest.authentication import caller, require_own
from fake_checkout.entrypoints.rest.calls import answer_once, install_calls
from fake_checkout.entrypoints.rest.card_views import add_cards
from fake_checkout.entrypoints.rest.change_fields import (
    Cancellation,
    Capture,
    change_from,
    refund_amount,
)
from fake_checkout.entrypoints.rest.payment_body import payment_body, refund_body, without_person
from fake_checkout.entrypoints.rest.payment_fields import payment_request
from fake_checkout.entrypoints.rest.provider_errors import Refused, install_provider_errors
from fake_checkout.entrypoints.rest.search_query import finds_nothing, payment_search
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, json_answer, read_object
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.capture_payment_usecase import CapturePaymentRequest
from fake_checkout.usecases.refund_payment_usecase import RefundPaymentRequest
from fake_checkout.usecases.update_payment_usecase import UpdatePaymentRequest

LONGEST_ID = 15


def mercado_pago_blueprint(services: Services) -> Blueprint:
    """The API."""
    blueprint = Blueprint("mercado_pago", __name__)
    install_provider_errors(blueprint)
    install_calls(blueprint, services)
    _add_payments(blueprint, services)
    _add_reading(blueprint, services)
    _add_refunds(blueprint, services)
    add_cards(blueprint, services)
    return blueprint


def _add_payments(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/v1/payments")
    def create_payment() -> Response:
        body = read_object(request.get_data())

        def make() -> dict[str, Any]:
            wanted = payment_request(body, caller(), snake_case=_snake_case(services))
            return _told(services, services.create_payment.execute(wanted))

        return answer_once(services, body, make)

    @blueprint.put("/v1/payments/<payment_id>")
    def update_payment(payment_id: str) -> Response:
        number = _own_payment(services, payment_id).id
        change = change_from(read_object(request.get_data()), snake_case=_snake_case(services))
        return json_answer(_told(services, _changed(services, number, change)))


def _add_reading(blueprint: Blueprint, services: Services) -> None:
    def read(payment: Payment) -> dict[str, Any]:
        body = _told(services, payment)
        return without_person(body) if services.switches()["anonymize_payer"] == "on" else body

    @blueprint.get("/v1/payments/<payment_id>")
    def get_payment(payment_id: str) -> Response:
        return json_answer(read(_own_payment(services, payment_id)))

    @blueprint.get("/v1/payments/search")
    def search_payments() -> Response:
        query = request.args.to_dict()
        wanted = payment_search(query, services.books.now(), caller().collector_id)
        found = services.books.search(wanted)
        nothing = finds_nothing(query)
        total, payments = (0, ()) if nothing else (found.total, found.payments)
        return json_answer(
            {
                "paging": {"total": total, "limit": wanted.limit, "offset": wanted.offset},
                "results": [read(payment) for payment in payments],
            }
        )


def _changed(services: Services, number: int, change: Cancellation | Capture | Amendment) -> Payment:
    if isinstance(change, Cancellation):
        return services.cancel_payment.execute(number)
    if isinstance(change, Capture):
        return services.capture_payment.execute(CapturePaymentRequest(number, change.amount))
    return services.update_payment.execute(UpdatePaymentRequest(number, change))


def _add_refunds(blueprint: Blueprint, services: Services) -> None:
    @blueprint.post("/v1/payments/<payment_id>/refunds")
    def refund_payment(payment_id: str) -> Response:
        number = _own_payment(services, payment_id).id
        body = read_object(request.get_data())

        def make() -> dict[str, Any]:
            wanted = RefundPaymentRequest(number, refund_amount(body))
            return refund_body(services.refund_payment.execute(wanted), caller())

        return answer_once(services, body, make)

    @blueprint.get("/v1/payments/<payment_id>/refunds")
    def list_refunds(payment_id: str) -> Response:
        payment = _own_payment(services, payment_id)
        return json_answer([refund_body(refund, caller()) for refund in payment.refunds])

    @blueprint.get("/v1/payments/<payment_id>/refunds/<refund_id>")
    def get_refund(payment_id: str, refund_id: str) -> Response:
        if not _is_number(refund_id):
            raise Refused(PARAMS_ERROR, "refund_id attribute must be numeric")
        number = _own_payment(services, payment_id).id
        return json_answer(refund_body(services.books.refund(number, int(refund_id)), caller()))


def _told(services: Services, payment: Payment) -> dict[str, Any]:
    return payment_body(payment, services.accounts.of(payment.terms.collector_id))


def _snake_case(services: Services) -> bool:
    return services.switches()["metadata_keys"] == "snake_case"


def _own_payment(services: Services, payment_id: str) -> Payment:
    """The payment, where it is the caller's."""
    return require_own(services.books.payment(_number(payment_id)))


def _number(payment_id: str) -> int:
    if not _is_number(payment_id):
        raise Refused(4019, "payment_id attribute must be numeric")
    return int(payment_id)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
