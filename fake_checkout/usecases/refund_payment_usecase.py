"""A merchant gives money back."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.refund import Refund
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RefundPaymentRequest:
    """`amount` in centavos; None for all that is left."""

    payment_id: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """When a merchant refunds, then the payer has the money back.

    Raises UnknownPayment, RefundNotValid, RefundTooLate, RefundTooLarge.
    """

    uow: UnitOfWorkFactory
    new_number: Callable[[], int]

    def execute(self, request: RefundPaymentRequest) -> Refund:
        """Refund it."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            refund = payment.refund(self.new_number(), request.amount, uow.now())
            uow.payments.save(payment)
            uow.commit()
            return refund
