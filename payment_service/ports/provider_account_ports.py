"""The accounts at the provider: keeping them, and speaking for them."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from payment_service.domain.provider_account import ProviderAccount
from payment_service.ports.payment_gateway_port import PaymentGatewayPort


class AccountRepositoryPort(Protocol):
    """Accounts by store and number; of a store's, the one that was put last is paid from now on."""

    @abstractmethod
    def put(self, account: ProviderAccount) -> None:
        """Keep it, in place of what was known of the same account; the store is paid there from now on."""
        raise NotImplementedError

    @abstractmethod
    def current(self, store: str) -> ProviderAccount | None:
        """Where the store is paid; None where it is paid by the platform."""
        raise NotImplementedError

    @abstractmethod
    def known(self, store: str) -> tuple[ProviderAccount, ...]:
        """All that the store has ever been paid by, the newest first."""
        raise NotImplementedError

    @abstractmethod
    def retire(self, store: str, now: datetime) -> None:
        """The platform is paid for the store from now on. What was paid before can still be given back."""
        raise NotImplementedError


class ProvidersPort(Protocol):
    """The provider, as each account sees it."""

    @property
    @abstractmethod
    def platform(self) -> str | None:
        """The number of the platform's own account, where it is known."""
        raise NotImplementedError

    @abstractmethod
    def of(self, store: str, collector: str | None) -> PaymentGatewayPort | None:
        """Who speaks for the account; None stands for the platform's.

        None where the store has no such account, or its token cannot be read.
        """
        raise NotImplementedError
