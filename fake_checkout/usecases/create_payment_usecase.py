"""A merchant asks for money, by Pix or by card."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from fake_checkout.domain.account import Account
from fake_checkout.domain.card import Card, outcome_of
from fake_checkout.domain.errors import (
    CaptureNotSupported,
    CardNotForTest,
    InstallmentsNotValid,
    LiveMismatch,
    MethodMismatch,
    MethodNotInferred,
)
from fake_checkout.domain.method import Method, method_of
from fake_checkout.domain.payment import Payment
from fake_checkout.domain.terms import AUTHORIZATION_LIFE, Particulars, Terms, expiry
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory, UnitOfWorkPort


@dataclass(frozen=True, slots=True)
class CardRequest:
    """How a card is to pay: `token` stands for it; without a method the card tells it."""

    token: str
    installments: int
    method: Method | None = None
    issuer_id: str | None = None
    captures_later: bool = False
    binary: bool = False


@dataclass(frozen=True, slots=True)
class CreatePaymentRequest:
    """What the merchant sent, checked. `amount` in centavos; `expires_at` by the merchant's clock.

    Without a card it is paid by Pix.
    """

    account: Account
    amount: int
    payer: Particulars
    metadata: Particulars
    particulars: Particulars
    expires_at: datetime | None = None
    description: str | None = None
    external_reference: str | None = None
    notification_url: str | None = None
    card: CardRequest | None = None


@dataclass(frozen=True, slots=True)
class CreatePayment:
    """When a merchant asks, then a payment waits for its payer; by card, the bank says yes or no at once.

    Raises ExpirationNotValid; by card UnknownCardToken, CardTokenNotValid, LiveMismatch, CardNotForTest,
    MethodNotInferred, MethodMismatch, InstallmentsNotValid, CaptureNotSupported.
    """

    uow: UnitOfWorkFactory
    new_number: Callable[[], int]

    def execute(self, request: CreatePaymentRequest) -> Payment:
        """Create it."""
        with self.uow() as uow:
            terms = self._terms(request, uow)
            if request.card is None:
                payment = Payment.create(terms)
            else:
                card = _spend_token(request.card.token, request.account, uow)
                outcome = outcome_of(card, binary=request.card.binary)
                payment = Payment.create(_by_card(terms, request.card, card), outcome)
            uow.payments.add(payment)
            uow.commit()
            return payment

    def _terms(self, request: CreatePaymentRequest, uow: UnitOfWorkPort) -> Terms:
        now = uow.now()
        # The merchant does not know of the virtual clock: what it asks for is moved along with it.
        asked = None if request.expires_at is None else request.expires_at + uow.offset()
        return Terms(
            id=self.new_number(),
            collector_id=request.account.collector_id,
            amount=request.amount,
            created_at=now,
            expires_at=expiry(now, asked),
            payer=request.payer,
            description=request.description,
            external_reference=request.external_reference,
            notification_url=request.notification_url,
            metadata=request.metadata,
            particulars=request.particulars,
        )


def _spend_token(token_id: str, account: Account, uow: UnitOfWorkPort) -> Card:
    token = uow.card_tokens.get(token_id)
    if account.is_live and not token.is_live:
        raise LiveMismatch(f"card token {token_id} is of test credentials")
    if token.is_live and not account.is_live:
        raise CardNotForTest(f"card token {token_id} is of live credentials")
    token.require_of(account.collector_id)
    uow.card_tokens.save(token.used(uow.now()))
    return token.card


def _by_card(terms: Terms, asked: CardRequest, card: Card) -> Terms:
    method = asked.method or method_of(card.first_six_digits)
    if method is None:
        raise MethodNotInferred(f"no method has cards that begin with {card.first_six_digits}")
    if not method.takes(card.first_six_digits):
        raise MethodMismatch(f"{card.first_six_digits} is no card of {method.id}")
    if not 1 <= asked.installments <= method.most_installments:
        raise InstallmentsNotValid(f"{method.id} has 1 to {method.most_installments} installments")
    if asked.captures_later and not method.captures_later:
        raise CaptureNotSupported(f"{method.id} is captured at once")
    return replace(
        terms,
        method=method.id,
        card=card,
        issuer_id=asked.issuer_id or method.issuer_id,
        installments=asked.installments,
        captures_later=asked.captures_later,
        expires_at=terms.created_at + AUTHORIZATION_LIFE,
    )
