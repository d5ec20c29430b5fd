"""One transaction over everything that the service stores."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from payment_service.ports.charge_repository_port import ChargeRepositoryPort, DueChargesPort
from payment_service.ports.notification_repository_port import NotificationRepositoryPort
from payment_service.ports.provider_account_ports import AccountRepositoryPort
from payment_service.ports.reconciliation_ports import ReconciliationRepositoryPort
from payment_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort, SealedTextsPort


class UnitOfWorkPort(Protocol):
    """Rolls back unless committed; a commit also keeps the events of every charge that went through it."""

    @abstractmethod
    def __enter__(self) -> Self:
        raise NotImplementedError

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    @abstractmethod
    def commit(self) -> None:
        """Keep everything."""
        raise NotImplementedError

    @abstractmethod
    def now(self) -> datetime:
        """The database's time in UTC, right now: also after waiting for a lock."""
        raise NotImplementedError

    @property
    @abstractmethod
    def charges(self) -> ChargeRepositoryPort:
        """Charges."""
        raise NotImplementedError

    @property
    @abstractmethod
    def due_charges(self) -> DueChargesPort:
        """Charges whose time has come."""
        raise NotImplementedError

    @property
    @abstractmethod
    def accounts(self) -> AccountRepositoryPort:
        """The stores' own accounts at the provider."""
        raise NotImplementedError

    @property
    @abstractmethod
    def notifications(self) -> NotificationRepositoryPort:
        """The provider's notices."""
        raise NotImplementedError

    @property
    @abstractmethod
    def reconciliations(self) -> ReconciliationRepositoryPort:
        """Comparisons with the provider's books."""
        raise NotImplementedError

    @property
    @abstractmethod
    def announcements(self) -> AnnouncementPort:
        """What was said before."""
        raise NotImplementedError

    @property
    @abstractmethod
    def leftovers(self) -> LeftoversPort:
        """Rows that have served."""
        raise NotImplementedError

    @property
    @abstractmethod
    def sealed_texts(self) -> SealedTextsPort:
        """Whatever is sealed."""
        raise NotImplementedError


UnitOfWorkFactory = Callable[[], UnitOfWorkPort]
"""A new one for each use."""
IdSource = Callable[[], str]
"""Gives an id that was never given before."""
