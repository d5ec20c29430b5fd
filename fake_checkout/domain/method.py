"""The ways to pay, and which of them a card's number tells of."""

import re
from dataclasses import dataclass
from typing import Literal

MethodType = Literal["credit_card", "debit_card", "bank_transfer", "ticket", "account_money"]


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay in Brazil. `pattern` is what a card's first digits match, empty where there is no card.

    One that is not `is_active` is listed, as the provider does, and takes no payment here.
    """

    id: str
    name: str
    type: MethodType
    pattern: str = ""
    excluded: str = ""
    lengths: tuple[int, ...] = (16,)
    security_code_length: int = 3
    issuer_id: str | None = None
    is_active: bool = True

    @property
    def is_card(self) -> bool:
        """Whether it is paid with a card."""
        return bool(self.pattern)

    @property
    def captures_later(self) -> bool:
        """Whether a payment can be authorized first and captured afterwards."""
        return self.type == "credit_card"

    @property
    def most_installments(self) -> int:
        """Into how many parts a payer can divide it."""
        return 12 if self.type == "credit_card" else 1

    def takes(self, first_digits: str) -> bool:
        """Whether a card that begins so is one of its cards."""
        excluded = bool(self.excluded) and re.match(self.excluded, first_digits) is not None
        return self.is_card and re.match(self.pattern, first_digits) is not None and not excluded


_VISA = "^4"
_MASTER = "^(503143|5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))"
_ELO = "^(401178|401179|431274|438935|451416|457393|504175|5067|509|627780|636297|636368|65)"
_ELO_DEBIT = "^506776"
_ELO_WITHIN_VISA = "^(401178|401179|431274|438935|451416|457393)"
METHODS = (
    Method("pix", "PIX", "bank_transfer"),
    Method("visa", "Visa", "credit_card", _VISA, _ELO_WITHIN_VISA, issuer_id="25"),
    Method("master", "Mastercard", "credit_card", _MASTER, issuer_id="24"),
    Method("elo", "Elo", "credit_card", _ELO, _ELO_DEBIT, issuer_id="686"),
    Method(
        "amex",
        "American Express",
        "credit_card",
        "^3[47]",
        lengths=(15,),
        security_code_length=4,
        issuer_id="310",
    ),
    Method("hipercard", "Hipercard", "credit_card", "^(606282|3841)", lengths=(13, 16, 19), issuer_id="153"),
    Method("debelo", "Elo Debito", "debit_card", _ELO_DEBIT, issuer_id="687"),
    Method("debvisa", "Visa Debito", "debit_card", _VISA, _ELO_WITHIN_VISA, issuer_id="26"),
    Method("debmaster", "Mastercard Debito", "debit_card", _MASTER, issuer_id="23"),
    Method("bolbradesco", "Boleto", "ticket", is_active=False),
    Method("pec", "Pagamento na lotérica sem boleto", "ticket", is_active=False),
    Method("account_money", "Dinheiro na minha conta do MercadoPago", "account_money", is_active=False),
)
PIX = METHODS[0]


def method_named(method_id: str) -> Method | None:
    """The way to pay of this name that takes payments; None where there is none."""
    return next((method for method in METHODS if method.id == method_id and method.is_active), None)


def method_of(first_digits: str) -> Method | None:
    """The way to pay that a card tells of; None where nobody knows such a card."""
    return next((method for method in METHODS if method.takes(first_digits)), None)
