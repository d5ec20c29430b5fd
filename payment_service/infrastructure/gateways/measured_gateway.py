"""Any gateway, with its calls counted and timed."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from prometheus_client import Histogram

from payment_service.domain.calls import CreateCall, RefundCall
from payment_service.domain.provider import NotMade, PaymentOutcome, RefundOutcome
from payment_service.ports.payment_gateway_port import (
    PageOutcome,
    PaymentGatewayPort,
    PaymentsOutcome,
    RefundsOutcome,
)

OutcomeT = TypeVar("OutcomeT")

_calls = Histogram(
    "comanda_provider_call_duration_seconds",
    "How long calls to the payment provider took, by what came of them.",
    ["operation", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class MeasuredGateway(PaymentGatewayPort):
    """Says what the other one says. An outcome is `answered`, `refused`, `unknown` or `not_made`."""

    def __init__(self, gateway: PaymentGatewayPort) -> None:
        self._gateway = gateway

    def create(self, call: CreateCall) -> PaymentOutcome:
        """Make a payment."""
        return _measured("create", lambda: self._gateway.create(call))

    def get(self, provider_id: str) -> PaymentOutcome:
        """Look how a payment stands."""
        return _measured("get", lambda: self._gateway.get(provider_id))

    def search(self, order_id: str) -> PaymentsOutcome:
        """Look for the payments of an order."""
        return _measured("search", lambda: self._gateway.search(order_id))

    def changed(self, since: datetime, offset: int) -> PageOutcome:
        """Look for what changed."""
        return _measured("changed", lambda: self._gateway.changed(since, offset))

    def cancel(self, provider_id: str) -> PaymentOutcome:
        """End a payment."""
        return _measured("cancel", lambda: self._gateway.cancel(provider_id))

    def refund(self, call: RefundCall) -> RefundOutcome:
        """Return money."""
        return _measured("refund", lambda: self._gateway.refund(call))

    def list_refunds(self, provider_id: str) -> RefundsOutcome:
        """Look what went back."""
        return _measured("list_refunds", lambda: self._gateway.list_refunds(provider_id))


def _measured(operation: str, call: Callable[[], OutcomeT]) -> OutcomeT:
    began = time.monotonic()
    outcome = call()
    kind = "not_made" if isinstance(outcome, NotMade) else type(outcome).__name__.lower()
    _calls.labels(operation, kind).observe(time.monotonic() - began)
    return outcome
