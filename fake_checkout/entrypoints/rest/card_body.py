"""Cards, card tokens and ways to pay as the provider tells them."""

from typing import Any

from fake_checkout.domain.card import Card, CardToken
from fake_checkout.domain.method import METHODS, Method
from fake_checkout.domain.provider_time import written_time
from fake_checkout.domain.terms import MAX_AMOUNT
from fake_checkout.entrypoints.rest.wire import number

IDENTIFICATION_TYPES = [
    {"id": "CPF", "name": "CPF", "type": "number", "min_length": 11, "max_length": 11},
    {"id": "CNPJ", "name": "CNPJ", "type": "number", "min_length": 14, "max_length": 14},
]
LEAST_CENTAVOS = 50
MINUTES_OF_TWO_DAYS = 2880
PICTURES = "https://http2.mlstatic.com/storage/logos-api-admin"


def card_token_body(token: CardToken, public_key: str) -> dict[str, Any]:
    """The card token object."""
    card = token.card
    changed_at = token.used_at or token.created_at
    return {
        "id": token.id,
        "public_key": public_key,
        "card_id": None,
        "status": "active" if token.used_at is None else "used",
        "date_created": written_time(token.created_at),
        "date_last_updated": written_time(changed_at),
        "date_due": written_time(token.expires_at),
        "luhn_validation": True,
        "live_mode": token.is_live,
        "require_esc": False,
        "first_six_digits": card.first_six_digits,
        "last_four_digits": card.last_four_digits,
        "card_number_length": card.length,
        "security_code_length": card.security_code_length,
        "expiration_month": card.expiration_month,
        "expiration_year": card.expiration_year,
        "cardholder": _holder(card),
    }


def card_body(card: Card, created_at: str, updated_at: str) -> dict[str, Any]:
    """The card within a payment; its dates are the payment's."""
    return {
        "id": None,
        "first_six_digits": card.first_six_digits,
        "last_four_digits": card.last_four_digits,
        "bin": card.first_six_digits,
        "expiration_month": card.expiration_month,
        "expiration_year": card.expiration_year,
        "date_created": created_at,
        "date_last_updated": updated_at,
        "cardholder": _holder(card),
    }


def payment_methods_body() -> list[dict[str, Any]]:
    """Every way to pay."""
    return [_method(method) for method in METHODS]


def _holder(card: Card) -> dict[str, Any]:
    document = card.identification
    return {
        "name": card.holder,
        "identification": {"number": document.get("number"), "type": document.get("type")},
    }


def _method(method: Method) -> dict[str, Any]:
    picture = f"{PICTURES}/{method.id}.png"
    deferred = "supported" if method.captures_later else "unsupported"
    needed = ["cardholder_name", "cardholder_identification_type", "cardholder_identification_number"]
    return {
        "id": method.id,
        "name": method.name,
        "payment_type_id": method.type,
        "status": "active" if method.is_active else "deactive",
        "secure_thumbnail": picture,
        "thumbnail": picture,
        "deferred_capture": deferred if method.is_card else "does_not_apply",
        "settings": [_settings(method, length) for length in method.lengths] if method.is_card else [],
        "additional_info_needed": needed if method.is_card else [],
        "min_allowed_amount": number(LEAST_CENTAVOS),
        "max_allowed_amount": number(MAX_AMOUNT),
        "accreditation_time": MINUTES_OF_TWO_DAYS if method.is_card else 0,
        "financial_institutions": [],
        "processing_modes": ["aggregator"],
    }


def _settings(method: Method, length: int) -> dict[str, Any]:
    location = "front" if method.security_code_length > 3 else "back"  # noqa: PLR2004 - four digits are in front
    return {
        "card_number": {"validation": "standard", "length": length},
        "bin": {
            "pattern": method.pattern,
            "installments_pattern": method.pattern if method.most_installments > 1 else "",
            "exclusion_pattern": method.excluded or None,
        },
        "security_code": {
            "length": method.security_code_length,
            "card_location": location,
            "mode": "mandatory",
        },
    }
