"""When staff return money, the refund is recorded; the provider hears of it afterwards."""

from dataclasses import dataclass

from payment_service.ports.payment_query_port import RefundView
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RequestRefund:
    """Of which payment, how many centavos (None: all that is left), and why."""

    store: str
    payment_id: str
    amount: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class RequestRefundUseCase:
    """Records refunds."""

    uow: UnitOfWorkFactory
    new_id: IdSource

    def execute(self, request: RequestRefund) -> RefundView:
        """The refund. Raises UnknownPayment, and what `refund_rules` forbid."""
        with self.uow() as uow:
            charge = uow.charges.of_payment(request.store, request.payment_id)
            refund = charge.request_refund(
                request.payment_id, request.amount, request.reason, now=uow.now(), new_id=self.new_id
            )
            uow.charges.save(charge)
            uow.commit()
        return RefundView(
            id=refund.id,
            payment_id=request.payment_id,
            amount=refund.amount,
            status=refund.status,
            reason=refund.reason,
            created_at=refund.created_at,
        )
