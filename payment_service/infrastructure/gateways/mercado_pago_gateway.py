"""Mercado Pago's Payments API through its official SDK.

Written against the contract of the Payments API (Brazil): POST and GET /v1/payments, /v1/payments/search,
PUT /v1/payments/{id}, POST and GET /v1/payments/{id}/refunds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from mercadopago import SDK
from mercadopago.config import RequestOptions
from mercadopago.resources import Payment as SdkPayment

from payment_service.domain.calls import CreateCall, RefundCall
from payment_service.domain.provider import (
    Answered,
    NotMade,
    PaymentOutcome,
    RefundOutcome,
    Refused,
    Unknown,
)
from payment_service.infrastructure.gateways.breakers import Breakers
from payment_service.infrastructure.gateways.mercado_pago_client import MercadoPagoClient, NoAnswer
from payment_service.infrastructure.gateways.mercado_pago_money import Nonsense, reais
from payment_service.infrastructure.gateways.mercado_pago_wire import (
    read_error,
    read_page,
    read_payment,
    read_payments,
    read_refund,
    read_refunds,
    written_time,
)
from payment_service.ports.payment_gateway_port import (
    PageOutcome,
    PaymentGatewayPort,
    PaymentsOutcome,
    RefundsOutcome,
)

T = TypeVar("T")

MISREAD = (ValueError, TypeError, ArithmeticError, LookupError, RecursionError)
"""What a reader that meets something unheard-of could raise instead of Nonsense."""
MOST_FOUND = 100
END_OF_TIME = datetime(2099, 12, 31, tzinfo=UTC)
"""A list that ended now would lose, while it is read, what changes meanwhile."""
SUCCESSES = range(200, 300)
THEIR_REFUSALS = range(400, 500)
TOO_MANY_REQUESTS = 429
DECLINED = frozenset({400})
DECLINED_OR_NOT_FOUND = frozenset({400, 404})
"""What proves that nothing was done. All other statuses say nothing of the payment: our token is not taken,
which no customer is to pay for (401, 403); too slow (408); the first with this key still runs (409); the key
was used with other words (422); too many (429). Nor does what is not found (404) where money is to move."""
CODES_THAT_PROVE_NOTHING = frozenset({"3", "17", "2001", "2004"})
"""A token of the other kind, or none of theirs; the same was asked just now; who decides was not reached."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """Whose money it is, and where and how long it is asked for."""

    access_token: str = field(repr=False)
    base_url: str
    payer_email: str
    webhook_url: str | None
    timeout_seconds: float


class _Payments(SdkPayment):  # type: ignore[misc] # the SDK comes without types
    """The SDK warns of `notification_url` at each creation; here it is meant: it overrides the panel's."""

    def create(self, payment_object: dict[str, Any], request_options: RequestOptions) -> dict[str, Any]:
        """Make a payment."""
        created: dict[str, Any] = self._post(
            uri="/v1/payments", data=payment_object, request_options=request_options
        )
        return created


class MercadoPagoGateway(PaymentGatewayPort):
    """One account at Mercado Pago. Any number of threads may use it.

    Each kind of call has a breaker, whose `clock` gives seconds that only grow. Accounts may share a `client`
    and its connections, since each call brings its token.
    """

    def __init__(
        self,
        account: Account,
        clock: Callable[[], float] = time.monotonic,
        client: MercadoPagoClient | None = None,
    ) -> None:
        self._account = account
        self._breakers = Breakers(clock)
        client = client or MercadoPagoClient(account.base_url, account.timeout_seconds)
        sdk = SDK(account.access_token, http_client=client)
        self._payments = _Payments(sdk.request_options, client)
        self._refunds = sdk.refund()

    def create(self, call: CreateCall) -> PaymentOutcome:
        """POST /v1/payments."""
        body = self._body(call)
        options = self._options(call.payment_id)
        return self._outcome("create", lambda: self._payments.create(body, options), read_payment, DECLINED)

    def get(self, provider_id: str) -> PaymentOutcome:
        """GET /v1/payments/{id}."""
        return self._outcome("get", lambda: self._payments.get(provider_id, self._options()), read_payment)

    def search(self, order_id: str) -> PaymentsOutcome:
        """GET /v1/payments/search."""
        filters = {
            "external_reference": order_id,
            "sort": "date_created",
            "criteria": "desc",
            "limit": MOST_FOUND,
        }
        return self._outcome("search", lambda: self._payments.search(filters, self._options()), read_payments)

    def changed(self, since: datetime, offset: int) -> PageOutcome:
        """GET /v1/payments/search, by the time of the last change."""
        filters = {
            "range": "date_last_updated",
            "begin_date": written_time(since),
            "end_date": written_time(END_OF_TIME),
            "sort": "id",
            "criteria": "asc",
            "limit": MOST_FOUND,
            "offset": offset,
        }
        return self._outcome("changed", lambda: self._payments.search(filters, self._options()), read_page)

    def cancel(self, provider_id: str) -> PaymentOutcome:
        """PUT /v1/payments/{id}."""
        change = {"status": "cancelled"}
        return self._outcome(
            "cancel", lambda: self._payments.update(provider_id, change, self._options()), read_payment
        )

    def refund(self, call: RefundCall) -> RefundOutcome:
        """POST /v1/payments/{id}/refunds: without body for all of it."""
        body = None if call.whole else {"amount": reais(call.amount)}
        options = self._options(call.refund_id)
        return self._outcome(
            "refund", lambda: self._refunds.create(call.provider_id, body, options), read_refund, DECLINED
        )

    def list_refunds(self, provider_id: str) -> RefundsOutcome:
        """GET /v1/payments/{id}/refunds."""
        return self._outcome(
            "list_refunds", lambda: self._refunds.list_all(provider_id, self._options()), read_refunds
        )

    def _outcome(
        self,
        kind: str,
        ask: Callable[[], dict[str, Any]],
        read: Callable[[Any], T],
        refusals: frozenset[int] = DECLINED_OR_NOT_FOUND,
    ) -> Answered[T] | Refused | Unknown | NotMade:
        """What the answer means: a success that can be read, a refusal that can be read, or nobody knows."""
        breaker = self._breakers.of(kind)
        wait = breaker.wait()
        if wait:
            return NotMade(wait)
        try:
            answer = ask()
        except NoAnswer as error:
            breaker.failed()
            return Unknown(f"{kind}: {error}")
        outcome: Answered[T] | Refused | Unknown
        try:
            outcome = _meaning(kind, answer, read, refusals)
        except Nonsense as error:
            log.exception("provider_answer_not_understood", call=kind)
            outcome = Unknown(f"{kind}: {error}")
        if isinstance(outcome, Answered) or answer["status"] in THEIR_REFUSALS:
            breaker.answered(answer["retry_after"] if answer["status"] == TOO_MANY_REQUESTS else 0)
        else:
            breaker.failed()
        return outcome

    def _options(self, key: str | None = None) -> RequestOptions:
        """Fresh for each call, since they can be changed; without a key of ours the SDK makes one up."""
        return RequestOptions(
            access_token=self._account.access_token,
            connection_timeout=float(self._account.timeout_seconds),
            custom_headers={} if key is None else {"x-idempotency-key": key},
        )

    def _body(self, call: CreateCall) -> dict[str, Any]:
        body = {
            "transaction_amount": reais(call.amount),
            "description": f"Pedido em {call.store}",
            "external_reference": call.order_id,
            "metadata": {"payment_id": call.payment_id, "attempt": call.attempt, "store": call.store},
            **self._means(call),
        }
        if self._account.webhook_url is not None:
            body["notification_url"] = self._account.webhook_url
        return body

    def _means(self, call: CreateCall) -> dict[str, Any]:
        """A Pix code that ends, or a card: which kind it is, its token tells."""
        payer = {"email": self._account.payer_email}
        if call.card is None:
            return {
                "payment_method_id": call.method,
                "payer": payer,
                "date_of_expiration": written_time(call.expires_at),
            }
        card = call.card
        return {"token": card.token, "installments": card.installments, "payer": payer | card.payer}


def _meaning(
    kind: str, answer: dict[str, Any], read: Callable[[Any], T], refusals: frozenset[int]
) -> Answered[T] | Refused | Unknown:
    """Raises Nonsense."""
    status = answer["status"]
    if status in SUCCESSES:
        return Answered(_understood(read, answer["response"]))
    if status in refusals:
        return _refusal(kind, _understood(read_error, answer["response"]))
    return Unknown(f"{kind}: status {status}", answer["retry_after"])


def _understood(read: Callable[[Any], T], body: Any) -> T:
    """Whatever a reader stumbles over, the answer makes no sense to us: one odd payment stops no loop."""
    try:
        return read(body)
    except MISREAD as error:
        raise Nonsense(type(error).__name__) from error


def _refusal(kind: str, code: str) -> Refused | Unknown:
    return Unknown(f"{kind}: code {code}") if code in CODES_THAT_PROVE_NOTHING else Refused(code)
