"""When the order does not say what follows from what it was told of its money, it is told again."""

from dataclasses import dataclass

from payment_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RemindOrder:
    """Look for one charge."""


@dataclass(frozen=True, slots=True)
class RemindOrderUseCase:
    """Says again what was not answered."""

    uow: UnitOfWorkFactory

    def execute(self, _request: RemindOrder) -> bool:
        """Whether there was one."""
        with self.uow() as uow:
            now = uow.now()
            charge = uow.due_charges.next_silent(now)
            if charge is None:
                return False
            event_type = charge.remind(now)
            uow.announcements.say_again(charge.subject, event_type)
            uow.charges.save(charge)
            uow.commit()
        return True
