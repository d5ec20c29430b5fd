"""When nobody answers a cancel request for too long, the order ends all the same: no hold lasts for ever."""

from dataclasses import dataclass
from datetime import timedelta

from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.sweep import Sweep


@dataclass(frozen=True, slots=True)
class GiveUpWaitingUseCase:
    """Ends orders that wait in vain."""

    uow: UnitOfWorkFactory
    patience: timedelta

    def execute(self, request: Sweep) -> int:
        """How many ended, at most `request.limit`; each in a transaction of its own."""
        done = 0
        while done < request.limit and self._one():
            done += 1
        return done

    def _one(self) -> bool:
        with self.uow() as uow:
            now = uow.now()
            order = uow.overdue_orders.next_unanswered(now, self.patience)
            if order is None:
                return False
            order.give_up_waiting(now, self.patience)
            uow.orders.save(order)
            uow.commit()
        return True
