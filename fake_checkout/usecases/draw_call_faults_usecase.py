"""A call may go wrong on purpose."""

from dataclasses import dataclass

from fake_checkout.domain.faults import Rule
from fake_checkout.ports.books_query_port import BooksQueryPort
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class DrawCallFaultsRequest:
    """`path` is below the emulator's base URL."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class DrawCallFaults:
    """When a call matches rules, then it is counted, and suffers those that strike."""

    uow: UnitOfWorkFactory
    books: BooksQueryPort

    def execute(self, request: DrawCallFaultsRequest) -> tuple[Rule, ...]:
        """The rules that strike this call."""
        rules = [watch.rule for watch in self.books.faults().watches]
        if not any(rule.matches_call(request.method, request.path) for rule in rules):
            return ()
        with self.uow() as uow:
            struck, faults = uow.workbench.faults().for_call(request.method, request.path)
            uow.workbench.set_faults(faults)
            uow.commit()
            return struck
