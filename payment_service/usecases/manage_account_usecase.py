"""A store's own account at the provider: put, looked at, taken back."""

from dataclasses import dataclass, field
from datetime import datetime

from payment_service.domain.errors import NoAccountNumber
from payment_service.domain.provider_account import ProviderAccount, collector_of
from payment_service.ports.sealing_port import SealingPort
from payment_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class PutAccount:
    """The keys of the account in which the store is to be paid."""

    store: str
    access_token: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    public_key: str


@dataclass(frozen=True, slots=True)
class AccountOf:
    """Of which store."""

    store: str


@dataclass(frozen=True, slots=True)
class PutAccountUseCase:
    """When a store brings an account, or a new token of it, attempts from now on are paid there."""

    uow: UnitOfWorkFactory
    sealing: SealingPort

    def execute(self, request: PutAccount) -> datetime:
        """Since when it is so. Raises NoAccountNumber."""
        collector = collector_of(request.access_token)
        if collector is None:
            raise NoAccountNumber("an access token ends in the number of its account")
        token = self.sealing.seal(request.access_token)
        secret = self.sealing.seal(request.webhook_secret)
        with self.uow() as uow:
            account = ProviderAccount(
                store=request.store,
                collector=collector,
                sealed_access_token=token,
                sealed_webhook_secret=secret,
                public_key=request.public_key,
                set_at=uow.now(),
            )
            uow.accounts.put(account)
            uow.commit()
        return account.set_at


@dataclass(frozen=True, slots=True)
class ShowAccountUseCase:
    """Whether a store has an account of its own: nothing else is ever told of it."""

    uow: UnitOfWorkFactory

    def execute(self, request: AccountOf) -> datetime | None:
        """Since when; None where the platform is paid."""
        with self.uow() as uow:
            account = uow.accounts.current(request.store)
        return None if account is None else account.set_at


@dataclass(frozen=True, slots=True)
class RetireAccountUseCase:
    """When a store takes its account back, the platform is paid for it from now on."""

    uow: UnitOfWorkFactory

    def execute(self, request: AccountOf) -> None:
        """Again changes nothing."""
        with self.uow() as uow:
            uow.accounts.retire(request.store, uow.now())
            uow.commit()
