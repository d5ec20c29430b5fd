"""Payments and refunds as the provider tells them: every member that its own SDKs declare."""

import base64
import io
import uuid
from functools import lru_cache
from typing import Any

import segno

from fake_checkout.domain.account import Account
from fake_checkout.domain.brcode import brcode
from fake_checkout.domain.method import METHODS
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.provider_time import written_time
from fake_checkout.domain.refund import Refund
from fake_checkout.entrypoints.rest.card_body import card_body
from fake_checkout.entrypoints.rest.wire import number

ALWAYS_NULL = (
    "money_release_schema",
    "integrator_id",
    "platform_id",
    "corporation_id",
    "pos_id",
    "store_id",
    "counter_currency",
    "marketplace_owner",
    "differential_pricing_id",
    "deduction_schema",
    "call_for_authorize_id",
    "merchant_account_id",
    "merchant_number",
    "three_ds_info",
    "accounts_info",
    "tags",
)
PAYER_MEMBERS = ("type", "id", "operator_id", "email", "first_name", "last_name", "entity_type")


def payment_body(payment: Payment, account: Account) -> dict[str, Any]:
    """The payment object."""
    return {
        "id": payment.id,
        **_dates(payment),
        **_kind(payment),
        **dict.fromkeys(ALWAYS_NULL),
        **_said_by_merchant(payment),
        "live_mode": account.is_live,
        "currency_id": "BRL",
        "build_version": "3.0.0",
        "collector_id": payment.terms.collector_id,
        "authorization_code": _authorization_code(payment),
        "payer": _payer(payment),
        "order": {},
        "transaction_amount": number(payment.terms.amount),
        "transaction_amount_refunded": number(payment.refunded),
        "taxes_amount": 0,
        "shipping_amount": 0,
        "coupon_amount": 0,
        "transaction_details": _transaction_details(payment, account),
        "fee_details": _fee_details(payment, account),
        "charges_details": _charges_details(payment, account),
        "card": _card(payment),
        "refunds": [refund_body(refund, account) for refund in payment.refunds],
        "acquirer_reconciliation": [],
        "point_of_interaction": _point_of_interaction(payment, account),
    }


def without_person(body: dict[str, Any]) -> dict[str, Any]:
    """The payment object without what tells who paid, but for the number."""
    payer = {**dict.fromkeys(body["payer"]), "id": body["payer"]["id"]}
    payer |= {name: dict.fromkeys(body["payer"][name]) for name in ("identification", "phone")}
    return {**body, "payer": payer}


def refund_body(refund: Refund, account: Account) -> dict[str, Any]:
    """The refund object."""
    return {
        "id": refund.id,
        "payment_id": refund.payment_id,
        "amount": number(refund.amount),
        "metadata": {},
        "source": _source(refund, account),
        "date_created": written_time(refund.created_at),
        "unique_sequence_number": None,
        "refund_mode": "standard",
        "adjustment_amount": 0,
        "status": refund.status,
        "reason": None,
        "labels": [],
        "partition_details": [],
        "amount_refunded_to_payer": number(refund.amount if refund.status == "approved" else 0),
    }


def code_of(payment: Payment, account: Account) -> str:
    """The text that the payer copies or scans."""
    return brcode(account.seller, payment_id=payment.id, amount=payment.terms.amount)


@lru_cache(maxsize=512)
def qr_png(code: str) -> str:
    """The code as a PNG in base64, without a data: prefix. Drawing it takes longer than all the rest."""
    image = io.BytesIO()
    # Any mask can be read; looking for the prettiest of the eight takes most of the time.
    segno.make_qr(code, error="m", mask=2).save(image, kind="png", scale=5, border=4)
    return base64.b64encode(image.getvalue()).decode()


def _source(refund: Refund, account: Account) -> dict[str, Any]:
    name = "Mercado Pago" if refund.source == "admin" else account.seller.name
    return {"id": str(account.collector_id), "name": name, "type": refund.source}


def _dates(payment: Payment) -> dict[str, Any]:
    standing = payment.standing
    approved = None if standing.approved_at is None else written_time(standing.approved_at)
    by_card = payment.terms.card is not None
    return {
        "date_created": written_time(payment.terms.created_at),
        "date_approved": approved,
        "date_last_updated": written_time(standing.updated_at),
        "date_of_expiration": None if by_card else written_time(payment.terms.expires_at),
        "money_release_date": approved,
        "money_release_status": "pending" if approved is None else "released",
    }


def _kind(payment: Payment) -> dict[str, Any]:
    terms = payment.terms
    kind = next(method.type for method in METHODS if method.id == terms.method)
    return {
        "operation_type": "regular_payment",
        "issuer_id": terms.issuer_id,
        "payment_method_id": terms.method,
        "payment_type_id": kind,
        "payment_method": {"id": terms.method, "type": kind, "issuer_id": terms.issuer_id},
        "status": payment.status.value,
        "status_detail": payment.standing.status_detail,
        "installments": terms.installments,
        "captured": payment.standing.approved_at is not None or not terms.captures_later,
        "processing_mode": "aggregator",
    }


def _authorization_code(payment: Payment) -> str | None:
    """Six digits of the payment's own, once the card's bank has said yes."""
    return None if payment.standing.authorized_at is None else f"{payment.id % 1_000_000:06}"


def _card(payment: Payment) -> dict[str, Any]:
    terms = payment.terms
    if terms.card is None:
        return {}
    return card_body(terms.card, written_time(terms.created_at), written_time(payment.standing.updated_at))


def _said_by_merchant(payment: Payment) -> dict[str, Any]:
    said = payment.terms.particulars
    return {
        "description": payment.terms.description,
        "external_reference": payment.terms.external_reference,
        "notification_url": payment.terms.notification_url,
        "metadata": dict(payment.terms.metadata),
        "binary_mode": bool(said.get("binary_mode", False)),
        "sponsor_id": said.get("sponsor_id"),
        "statement_descriptor": said.get("statement_descriptor"),
        "callback_url": said.get("callback_url"),
        "additional_info": _additional_info(said.get("additional_info") or {}),
    }


def _additional_info(info: dict[str, Any]) -> dict[str, Any]:
    """What was sent; numbers in its items come back as text, as the live API was seen to do."""
    items = info.get("items")
    if not isinstance(items, list):
        return info
    return {**info, "items": [_with_numbers_as_text(item) for item in items]}


def _with_numbers_as_text(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {
        name: str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in item.items()
    }


def _payer(payment: Payment) -> dict[str, Any]:
    payer = payment.terms.payer
    return {
        **{name: payer.get(name) for name in PAYER_MEMBERS},
        "identification": {"type": None, "number": None, **(payer.get("identification") or {})},
        "phone": {"area_code": None, "number": None, "extension": None, **(payer.get("phone") or {})},
    }


def _transaction_details(payment: Payment, account: Account) -> dict[str, Any]:
    standing, amount = payment.standing, payment.terms.amount
    by_card = payment.terms.card is not None
    net = 0 if standing.approved_at is None else amount - account.fee(amount, by_card=by_card)
    each = round(amount / payment.terms.installments) if by_card else 0
    return {
        "payment_method_reference_id": None,
        "net_received_amount": number(net),
        "total_paid_amount": number(amount),
        "overpaid_amount": 0,
        "external_resource_url": None,
        "installment_amount": number(each),
        "financial_institution": None,
        "payable_deferral_period": None,
        "acquirer_reference": None,
        "bank_transfer_id": standing.transfer_id,
        "transaction_id": standing.transfer_id,
    }


def _fee_details(payment: Payment, account: Account) -> list[dict[str, Any]]:
    if payment.standing.approved_at is None:
        return []
    fee = number(account.fee(payment.terms.amount, by_card=payment.terms.card is not None))
    return [{"type": "mercadopago_fee", "amount": fee, "fee_payer": "collector"}]


def _charges_details(payment: Payment, account: Account) -> list[dict[str, Any]]:
    approved_at = payment.standing.approved_at
    if approved_at is None:
        return []
    fee = number(account.fee(payment.terms.amount, by_card=payment.terms.card is not None))
    return [
        {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{payment.id}/fee")),
            "name": "mercadopago_fee",
            "type": "fee",
            "accounts": {"from": "collector", "to": "mp"},
            "client_id": 0,
            "date_created": written_time(approved_at),
            "last_updated": written_time(approved_at),
            "amounts": {"original": fee, "refunded": 0},
            "metadata": {},
            "reserve_id": None,
            "refund_charges": [],
        }
    ]


def _point_of_interaction(payment: Payment, account: Account) -> dict[str, Any]:
    if payment.terms.card is not None:
        return {
            "type": "UNSPECIFIED",
            "business_info": {"unit": "online_payments", "sub_unit": "default"},
            "transaction_data": {},
        }
    code = code_of(payment, account)
    transfer_id = payment.standing.transfer_id
    return {
        "type": "OPENPLATFORM",
        "sub_type": None,
        "linked_to": None,
        "business_info": {"unit": "online_payments", "sub_unit": "default"},
        "location": {"state_id": None, "source": None},
        "application_data": {"name": None, "version": None},
        "transaction_data": {
            "qr_code": code,
            "qr_code_base64": qr_png(code),
            "ticket_url": account.pay_page(payment.id),
            "transaction_id": transfer_id,
            "bank_transfer_id": transfer_id,
            "financial_institution": None if transfer_id is None else 1,
            "bank_info": {
                "payer": {"account_id": None, "id": None, "long_name": None, "external_account_id": None},
                "collector": {
                    "account_id": None,
                    "long_name": None,
                    "account_holder_name": account.seller.name,
                    "transfer_account_id": None,
                },
                "is_same_bank_account_owner": None,
                "origin_bank_id": None,
                "origin_wallet_id": None,
            },
        },
    }
