"""A tester decides what comes of a refund that is under way."""

from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.refund import RefundStatus
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class DecideRefundRequest:
    """`status` is what comes of it: approved, rejected or cancelled."""

    payment_id: int
    refund_id: int
    status: RefundStatus


@dataclass(frozen=True, slots=True)
class DecideRefund:
    """When a refund in process is decided, then the money is back, or stays.

    Raises UnknownPayment, UnknownRefund, ActionNotValid.
    """

    uow: UnitOfWorkFactory

    def execute(self, request: DecideRefundRequest) -> Payment:
        """Decide it."""
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            payment.decide_refund(request.refund_id, request.status, uow.now())
            uow.payments.save(payment)
            uow.commit()
            return payment
