"""Our books, to be compared with the provider's; and how far each comparison has come."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import BookEntry, Reconciliation, Statement


@dataclass(frozen=True, slots=True)
class Stretch:
    """Payments whose number at the provider is above `after` and not above `upto`; None: no bound."""

    after: str | None = None
    upto: str | None = None


class OurBooksPort(Protocol):
    """Reads without locks."""

    @abstractmethod
    def payees(self) -> tuple[Payee, ...]:
        """The platform's account, and every one that a store has or had."""
        raise NotImplementedError

    @abstractmethod
    def entries(
        self, payee: Payee, stretch: Stretch, since: datetime, ids: Collection[str], limit: int
    ) -> tuple[BookEntry, ...]:
        """Of this stretch of the account, those with these numbers, and all that changed since then.

        In the order of their numbers, so many at most.
        """
        raise NotImplementedError

    @abstractmethod
    def entry(self, payee: Payee, provider_id: str) -> BookEntry | None:
        """The one with this number."""
        raise NotImplementedError

    @abstractmethod
    def known_orders(self, payee: Payee, order_ids: Collection[str]) -> frozenset[str]:
        """Which of these have a charge here that the account can have been paid for."""
        raise NotImplementedError

    @abstractmethod
    def statement(self, payee: Payee, day: date) -> Mapping[str, Statement]:
        """What the day comes to in this account, by store; stores without any movement are left out."""
        raise NotImplementedError

    @abstractmethod
    def reconciliations(self, days: int) -> tuple[Reconciliation, ...]:
        """Those of the newest so many days, the newest first."""
        raise NotImplementedError


class ReconciliationRepositoryPort(Protocol):
    """Comparisons by day and account."""

    @abstractmethod
    def newest(self, payee: Payee, limit: int) -> tuple[Reconciliation, ...]:
        """The last days of the account that were begun, so many at most."""
        raise NotImplementedError

    @abstractmethod
    def add(self, reconciliation: Reconciliation) -> None:
        """Keep a new one; where the day is known already, nothing changes."""
        raise NotImplementedError

    @abstractmethod
    def get(self, payee: Payee, day: date) -> Reconciliation | None:
        """One that was added, locked until the end of the unit of work."""
        raise NotImplementedError

    @abstractmethod
    def next_due(self, now: datetime) -> Reconciliation | None:
        """One to go on with, locked; whoever asks at the same time gets another one, or none."""
        raise NotImplementedError

    @abstractmethod
    def save(self, reconciliation: Reconciliation) -> None:
        """Keep how far it has come."""
        raise NotImplementedError
