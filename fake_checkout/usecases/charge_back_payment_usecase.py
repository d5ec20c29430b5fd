"""A payer's bank takes the money back, or returns it."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.payment import Payment
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ChargeBackPaymentRequest:
    """`status_detail`: `in_process` opens the case; `settled` and `reimbursed` decide it."""

    payment_id: int
    status_detail: str = "in_process"


@dataclass(frozen=True, slots=True)
class ChargeBackPayment:
    """When the bank takes money back, then the payment is charged back.

    Raises UnknownPayment, UnknownStatusDetail, ActionNotValid.
    """

    uow: UnitOfWorkFactory
    switches: Callable[[], Switches]

    def execute(self, request: ChargeBackPaymentRequest) -> Payment:
        """Charge it back."""
        approves = self.switches()["reimbursed"] == "approved"
        with self.uow() as uow:
            payment = uow.payments.get(request.payment_id)
            payment.charge_back(request.status_detail, uow.now(), approves=approves)
            uow.payments.save(payment)
            uow.commit()
            return payment
