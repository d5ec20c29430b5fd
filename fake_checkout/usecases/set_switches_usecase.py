"""A tester decides how the provider behaves."""

from collections.abc import Mapping
from dataclasses import dataclass

from fake_checkout.domain.switches import Switches
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class SetSwitches:
    """When switches are turned, then they hold from the next call on; the others stay.

    Raises SwitchNotValid; then none is turned.
    """

    uow: UnitOfWorkFactory

    def execute(self, chosen: Mapping[str, str]) -> None:
        """Turn them."""
        with self.uow() as uow:
            uow.workbench.set_switches(Switches(uow.workbench.switches()).turned(chosen).chosen)
            uow.commit()
