"""A tester wants a merchant to be told once more."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.delivery import Notification
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ResendDelivery:
    """When a tester asks, then the same news is told again, from the start. Raises UnknownDelivery."""

    uow: UnitOfWorkFactory
    new_number: Callable[[], int]

    def execute(self, delivery_id: str) -> Notification:
        """Queue it."""
        with self.uow() as uow:
            told = uow.deliveries.notification_of(delivery_id)
            again = told.again(self.new_number(), uow.now())
            uow.notifications.add(again)
            uow.commit()
            return again
