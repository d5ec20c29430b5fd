"""When nobody has paid by the deadline, an order begins to end; its stock is held until that is answered."""

from dataclasses import dataclass

from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.sweep import Sweep


@dataclass(frozen=True, slots=True)
class ExpireOrdersUseCase:
    """Expires orders."""

    uow: UnitOfWorkFactory

    def execute(self, request: Sweep) -> int:
        """How many began to end, at most `request.limit`; each in a transaction of its own."""
        done = 0
        while done < request.limit and self._one():
            done += 1
        return done

    def _one(self) -> bool:
        with self.uow() as uow:
            now = uow.now()
            order = uow.overdue_orders.next_expired(now)
            if order is None:
                return False
            order.expire(now)
            uow.orders.save(order)
            uow.commit()
        return True
