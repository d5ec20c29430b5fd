"""A merchant gives money back."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.refund import Refund, RefundStatus, RefundWay
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory

OUTCOMES: dict[str, RefundStatus] = {"in_process": "in_process", "rejected": "rejected"}


@dataclass(frozen=True, slots=True)
class RefundPaymentRequest:
    """`amount` in centavos; None for all that is left."""

    payment_id: int
    amount: int | None


@dataclass(frozen=True, slots=True)
class RefundPayment:
    """When a merchant refunds, then the payer has the money back, or the switches have it otherwise.

    Raises UnknownPayment, RefundNotValid, RefundTooLate, RefundTooLarge, TooManyRefunds,
    PartialRefundNotSupported, NotEnoughBalance.
    """

    uow: UnitOfWorkFactory
    switches: Callable[[], Switches]
    new_number: Callable[[], int]

    def execute(self, request: RefundPaymentRequest) -> Refund:
        """Refund it."""
        way = _way(self.switches())
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            refund = payment.refund(self.new_number(), request.amount, uow.now(), way=way)
            uow.payments.save(payment)
            uow.commit()
            return refund


def _way(switches: Switches) -> RefundWay:
    comes_to = switches["refunds"]
    return RefundWay(
        status=OUTCOMES.get(comes_to, "approved"),
        has_balance=comes_to != "no_balance",
        in_parts=switches["partial_refunds"] == "on",
    )
