"""When somebody asks what a day came to, or how its comparison came out, our books are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from payment_service.domain.reconciliation import Reconciliation, Statement
from payment_service.ports.reconciliation_ports import OurBooksPort


@dataclass(frozen=True, slots=True)
class ShowStatement:
    """What this day comes to."""

    day: date


@dataclass(frozen=True, slots=True)
class ShowStatementUseCase:
    """Adds up what came and went, by store, in all accounts."""

    books: OurBooksPort

    def execute(self, request: ShowStatement) -> Mapping[str, Statement]:
        """By store; those without any movement are left out."""
        sums: dict[str, Statement] = {}
        for payee in self.books.payees():
            for store, one in self.books.statement(payee, request.day).items():
                sums[store] = sums.get(store, Statement()) + one
        return sums


@dataclass(frozen=True, slots=True)
class ListReconciliations:
    """The comparisons of the newest so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class ListReconciliationsUseCase:
    """Tells how each came out."""

    books: OurBooksPort

    def execute(self, request: ListReconciliations) -> tuple[Reconciliation, ...]:
        """The newest day first."""
        return self.books.reconciliations(request.days)
