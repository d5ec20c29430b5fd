"""The service's unit of work: servicekit's, with the service's repositories."""

from payment_service.infrastructure.repositories.account_repository import AccountRepository
from payment_service.infrastructure.repositories.charge_repository import ChargeRepository, DueCharges
from payment_service.infrastructure.repositories.notification_repository import NotificationRepository
from payment_service.infrastructure.repositories.reconciliation_repository import ReconciliationRepository
from payment_service.infrastructure.repositories.upkeep_repositories import (
    Announcements,
    Leftovers,
    SealedTexts,
)
from payment_service.ports.unit_of_work_port import UnitOfWorkPort
from servicekit.database.unit_of_work import SqlUnitOfWork


class PaymentsUnitOfWork(SqlUnitOfWork, UnitOfWorkPort):
    """What the port's properties promise, over one connection."""

    @property
    def charges(self) -> ChargeRepository:
        """Charges."""
        return ChargeRepository(self)

    @property
    def due_charges(self) -> DueCharges:
        """Charges whose time has come."""
        return DueCharges(self)

    @property
    def accounts(self) -> AccountRepository:
        """The stores' own accounts at the provider."""
        return AccountRepository(self.connection)

    @property
    def notifications(self) -> NotificationRepository:
        """The provider's notices."""
        return NotificationRepository(self.connection)

    @property
    def reconciliations(self) -> ReconciliationRepository:
        """Comparisons with the provider's books."""
        return ReconciliationRepository(self.connection)

    @property
    def announcements(self) -> Announcements:
        """What was said before."""
        return Announcements(self)

    @property
    def leftovers(self) -> Leftovers:
        """Rows that have served."""
        return Leftovers(self.connection)

    @property
    def sealed_texts(self) -> SealedTexts:
        """Whatever is sealed."""
        return SealedTexts(self.connection)
