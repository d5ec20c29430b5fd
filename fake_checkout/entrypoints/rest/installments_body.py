"""In how many parts a card can pay an amount, as the provider tells a shop's page."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fake_checkout.domain.card import SIX
from fake_checkout.domain.method import Method, method_of
from fake_checkout.domain.terms import MAX_AMOUNT
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR, number
from servicekit.http.money import reais

LEAST_CENTAVOS = 500
"""Of one part, where there are several."""
AMOUNT = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


def installments_body(query: Mapping[str, str]) -> list[dict[str, Any]]:
    """By a card's first digits and an amount in reais; none of a card that nobody knows. Raises Refused."""
    amount, bin_digits = query.get("amount", ""), query.get("bin", "")
    if not AMOUNT.fullmatch(amount) or not re.fullmatch(r"[0-9]{6,8}", bin_digits):
        raise Refused(PARAMS_ERROR, "Params Error: bin and amount are needed")
    method = method_of(bin_digits[:SIX])
    return [] if method is None else [_offer(method, int(Decimal(amount) * 100))]


def _offer(method: Method, centavos: int) -> dict[str, Any]:
    parts = range(1, method.most_installments + 1)
    return {
        "payment_method_id": method.id,
        "payment_type_id": method.type,
        "issuer": {"id": method.issuer_id, "name": method.name},
        "processing_mode": "aggregator",
        "merchant_account_id": None,
        "payer_costs": [
            _cost(centavos, count) for count in parts if count == 1 or centavos >= count * LEAST_CENTAVOS
        ],
        "agreements": None,
    }


def _cost(centavos: int, count: int) -> dict[str, Any]:
    """Without interest: it would be the payer's, and change nothing for the shop."""
    part = round(centavos / count)
    word = "parcela" if count == 1 else "parcelas"
    return {
        "installments": count,
        "installment_rate": 0,
        "discount_rate": 0,
        "labels": [],
        "installment_rate_collector": ["MERCADOPAGO"],
        "min_allowed_amount": number(LEAST_CENTAVOS * count if count > 1 else 0),
        "max_allowed_amount": number(MAX_AMOUNT),
        "recommended_message": f"{count} {word} de {reais(part)} ({reais(centavos)})",
        "installment_amount": number(part),
        "total_amount": number(centavos),
        "payment_method_option_id": None,
    }
