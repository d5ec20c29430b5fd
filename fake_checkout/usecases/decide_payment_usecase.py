"""A tester decides for the provider, a payer or a bank."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.status import Status
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class DecidePaymentRequest:
    """How it is to stand; without a detail, the usual one."""

    payment_id: int
    status: Status
    status_detail: str | None = None


@dataclass(frozen=True, slots=True)
class DecidePayment:
    """When a tester says how a payment is to stand, then it does, if that may follow at all.

    Raises UnknownPayment, UnknownStatusDetail, ActionNotValid.
    """

    uow: UnitOfWorkFactory
    new_refund_number: Callable[[], int]

    def execute(self, request: DecidePaymentRequest) -> Payment:
        """Let it stand so."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            now, refund_id = uow.now(), self.new_refund_number()
            payment.become(request.status, request.status_detail, now, refund_id=refund_id)
            uow.payments.save(payment)
            uow.commit()
            return payment
