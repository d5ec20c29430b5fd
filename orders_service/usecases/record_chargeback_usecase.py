"""When the provider takes the money back, or gives it again, the order shows it."""

from dataclasses import dataclass

from orders_service.domain.payment import AttemptTold
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RecordChargeback:
    """What was told of an order's payment."""

    store: str
    order_id: str
    told: AttemptTold


@dataclass(frozen=True, slots=True)
class RecordChargebackUseCase:
    """Marks what was charged back."""

    uow: UnitOfWorkFactory

    def execute(self, request: RecordChargeback) -> None:
        """Raises OrderNotFound: the fact has come before the order is known here, and is to be told again."""
        with self.uow() as uow:
            order = uow.orders.get(request.store, request.order_id)
            order.payment_charged_back(request.told, uow.now())
            uow.orders.save(order)
            uow.commit()
