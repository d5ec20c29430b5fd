"""A tester lets one more thing go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fake_checkout.domain.fault_rule import rules_from
from fake_checkout.domain.faults import Faults
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class AddFault:
    """When a rule is added, then the others go on counting. Raises FaultNotValid."""

    uow: UnitOfWorkFactory

    def execute(self, members: Mapping[str, Any]) -> Faults:
        """Add it behind the others."""
        (rule,) = rules_from([members])
        with self.uow() as uow:
            faults = uow.workbench.faults().with_rule(rule)
            uow.workbench.set_faults(faults)
            uow.commit()
            return faults
