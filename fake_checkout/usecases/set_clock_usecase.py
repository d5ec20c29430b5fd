"""A tester moves the emulator's time."""

from dataclasses import dataclass
from datetime import timedelta

from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class SetClock:
    """When the clock is moved, then expiry and retries go by the new time."""

    uow: UnitOfWorkFactory

    def execute(self, offset: timedelta) -> None:
        """Set how far the virtual clock is from the real one."""
        with self.uow() as uow:
            uow.workbench.set_offset(offset)
            uow.commit()
