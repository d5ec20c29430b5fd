"""What becomes of a payment, as testers decide it in place of payers, banks and the provider."""

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.status import Status
from fake_checkout.entrypoints.rest.control_schemas import (
    ApproveSchema,
    ChargeBackSchema,
    ExpireSchema,
    RefundSchema,
    RejectSchema,
    StatusSchema,
)
from fake_checkout.entrypoints.rest.payment_body import payment_body
from fake_checkout.entrypoints.rest.wire import json_answer
from fake_checkout.entrypoints.services import Services
from fake_checkout.usecases.approve_payment_usecase import ApprovePaymentRequest
from fake_checkout.usecases.charge_back_payment_usecase import ChargeBackPaymentRequest
from fake_checkout.usecases.decide_payment_usecase import DecidePaymentRequest
from fake_checkout.usecases.decide_refund_usecase import DecideRefundRequest
from fake_checkout.usecases.reject_payment_usecase import RejectPaymentRequest
from servicekit.http.requests import parse_body


def add_decisions(blueprint: Blueprint, services: Services) -> None:
    """What the payer, a bank or the provider does, for testers to do."""

    def told(payment: Payment) -> Response:
        return json_answer(payment_body(payment, services.accounts.of(payment.terms.collector_id)))

    @blueprint.post("/payments/<int:payment_id>/approve")
    def approve(payment_id: int) -> Response:
        said = _said(ApproveSchema())
        return told(services.approve_payment.execute(ApprovePaymentRequest(payment_id, **said)))

    @blueprint.post("/payments/<int:payment_id>/reject")
    def reject(payment_id: int) -> Response:
        said = _said(RejectSchema())
        return told(services.reject_payment.execute(RejectPaymentRequest(payment_id, **said)))

    @blueprint.post("/payments/<int:payment_id>/expire")
    def expire(payment_id: int) -> Response:
        _said(ExpireSchema())
        return told(services.expire_payment.execute(payment_id))

    @blueprint.post("/payments/<int:payment_id>/chargeback")
    def charge_back(payment_id: int) -> Response:
        said = _said(ChargeBackSchema())
        return told(services.charge_back_payment.execute(ChargeBackPaymentRequest(payment_id, **said)))

    @blueprint.post("/payments/<int:payment_id>/status")
    def decide(payment_id: int) -> Response:
        said = _said(StatusSchema())
        wanted = DecidePaymentRequest(payment_id, Status(said["status"]), said["status_detail"])
        return told(services.decide_payment.execute(wanted))

    @blueprint.post("/payments/<int:payment_id>/refunds/<int:refund_id>")
    def decide_refund(payment_id: int, refund_id: int) -> Response:
        said = _said(RefundSchema())
        return told(services.decide_refund.execute(DecideRefundRequest(payment_id, refund_id, **said)))


def _said(schema: Schema) -> dict[str, Any]:
    """The body; where there is none, nothing was said."""
    said: dict[str, Any] = schema.load({}) if not request.get_data() else parse_body(schema)
    return said
