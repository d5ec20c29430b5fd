"""A tester wants a clean start."""

from dataclasses import dataclass

from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Reset:
    """When a tester asks, then everything is forgotten."""

    uow: UnitOfWorkFactory

    def execute(self) -> None:
        """Forget it."""
        with self.uow() as uow:
            uow.workbench.wipe()
            uow.commit()
