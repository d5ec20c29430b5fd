"""Reading payments: one, an order's, a store's, and the refunds of one."""

from dataclasses import dataclass
from datetime import date

from payment_service.domain.errors import NoCode
from payment_service.ports.page import Page
from payment_service.ports.payment_query_port import (
    OpenRefund,
    PaymentQueryPort,
    PaymentView,
    Position,
    RefundView,
)


@dataclass(frozen=True, slots=True)
class ShowPayment:
    """Which payment."""

    store: str
    payment_id: str


@dataclass(frozen=True, slots=True)
class ListOrderPayments:
    """Of which order."""

    store: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ListPayments:
    """Of one status, made on one day (UTC), after a position; None: whichever."""

    store: str
    status: str | None
    day: date | None
    limit: int
    after: Position | None


@dataclass(frozen=True, slots=True)
class ShowPaymentUseCase:
    """One attempt."""

    payments: PaymentQueryPort

    def execute(self, request: ShowPayment) -> PaymentView:
        """Raises UnknownPayment."""
        return self.payments.payment(request.store, request.payment_id)


@dataclass(frozen=True, slots=True)
class ShowCodeUseCase:
    """The Pix code of an attempt."""

    payments: PaymentQueryPort

    def execute(self, request: ShowPayment) -> str:
        """The text of the code. Raises UnknownPayment, and NoCode while there is none."""
        code = self.payments.payment(request.store, request.payment_id).qr_code
        if code is None:
            raise NoCode("the payment has no Pix code")
        return code


@dataclass(frozen=True, slots=True)
class ListOrderPaymentsUseCase:
    """Every attempt of an order, newest first."""

    payments: PaymentQueryPort

    def execute(self, request: ListOrderPayments) -> tuple[PaymentView, ...]:
        """None where the order is not known here."""
        return self.payments.of_order(request.store, request.order_id)


@dataclass(frozen=True, slots=True)
class ListPaymentsUseCase:
    """A store's attempts, newest first."""

    payments: PaymentQueryPort

    def execute(self, request: ListPayments) -> Page[PaymentView, Position]:
        """One page."""
        return self.payments.page(request.store, request.status, request.day, request.limit, request.after)


@dataclass(frozen=True, slots=True)
class ListRefundsUseCase:
    """The refunds of an attempt, oldest first."""

    payments: PaymentQueryPort

    def execute(self, request: ShowPayment) -> tuple[RefundView, ...]:
        """Raises UnknownPayment."""
        return self.payments.refunds(request.store, request.payment_id)


@dataclass(frozen=True, slots=True)
class ListStoresOpenRefunds:
    """Of one store, after a position."""

    store: str
    limit: int
    after: Position | None


@dataclass(frozen=True, slots=True)
class ListStoresOpenRefundsUseCase:
    """A store's refunds that are not done yet, oldest first."""

    payments: PaymentQueryPort

    def execute(self, request: ListStoresOpenRefunds) -> Page[OpenRefund, Position]:
        """One page."""
        return self.payments.open_refunds_of(request.store, request.limit, request.after)


@dataclass(frozen=True, slots=True)
class ListOpenRefunds:
    """Of every store."""


@dataclass(frozen=True, slots=True)
class ListOpenRefundsUseCase:
    """The refunds that are not done yet, oldest first."""

    payments: PaymentQueryPort

    def execute(self, _request: ListOpenRefunds) -> tuple[OpenRefund, ...]:
        """All of them: there are few."""
        return self.payments.open_refunds()
