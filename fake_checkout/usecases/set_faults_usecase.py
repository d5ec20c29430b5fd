"""A tester decides what goes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fake_checkout.domain.fault_rule import rules_from
from fake_checkout.domain.faults import Faults, Watch
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class SetFaultsRequest:
    """The rules as they were written."""

    seed: int
    rules: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SetFaults:
    """When rules are set, then they replace all others and count from nothing. Raises FaultNotValid."""

    uow: UnitOfWorkFactory

    def execute(self, request: SetFaultsRequest) -> Faults:
        """Set them."""
        faults = Faults(request.seed, tuple(Watch(rule) for rule in rules_from(request.rules)))
        with self.uow() as uow:
            uow.workbench.set_faults(faults)
            uow.commit()
        return faults
