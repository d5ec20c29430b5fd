"""When a saga stands still for longer than it should, what was said last is said again."""

from dataclasses import dataclass

from orders_service.ports.unit_of_work_port import UnitOfWorkFactory
from orders_service.usecases.sweep import Sweep


@dataclass(frozen=True, slots=True)
class NudgeOrdersUseCase:
    """Says again what was not answered."""

    uow: UnitOfWorkFactory

    def execute(self, request: Sweep) -> int:
        """How many were looked at, at most `request.limit`; each in a transaction of its own."""
        done = 0
        while done < request.limit and self._one():
            done += 1
        return done

    def _one(self) -> bool:
        with self.uow() as uow:
            now = uow.now()
            order = uow.overdue_orders.next_silent(now)
            if order is None:
                return False
            for event_type in order.nudge(now):
                uow.announcements.say_again(order, event_type)
            uow.orders.save(order)
            uow.commit()
        return True
