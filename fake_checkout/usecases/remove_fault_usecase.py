"""A tester lets something go right again."""

from dataclasses import dataclass

from fake_checkout.domain.faults import Faults
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RemoveFault:
    """When a rule is taken away, then the others go on counting. One that is gone already is no error."""

    uow: UnitOfWorkFactory

    def execute(self, place: int) -> Faults:
        """Take away the rule at this place of the list, counted from 0."""
        with self.uow() as uow:
            faults = uow.workbench.faults().without(place)
            uow.workbench.set_faults(faults)
            uow.commit()
            return faults
