"""Storing charges, with their attempts and refunds."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import Terms
from payment_service.domain.provider import ProviderPayment


class ContradictingAnswer(Exception):
    """What the provider said cannot be kept: its id of a payment or a refund is another's already."""


class ChargeRepositoryPort(Protocol):
    """Charges by store and order. Each that is handed out stays locked until the unit of work ends."""

    @abstractmethod
    def opened(self, terms: Terms, now: datetime) -> Charge:
        """The order's charge; opened with these terms when there is none yet.

        Raises UnknownCharge where the order is another store's.
        """
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, order_id: str) -> Charge:
        """The order's charge. Raises UnknownCharge."""
        raise NotImplementedError

    @abstractmethod
    def of_payment(self, store: str, payment_id: str) -> Charge:
        """The charge that an attempt belongs to. Raises UnknownPayment."""
        raise NotImplementedError

    @abstractmethod
    def of_answer(self, answer: ProviderPayment, store: str | None) -> Charge | None:
        """The charge that an answer of the provider speaks of: by its id there, else by the reference.

        With a store, it is one of that store or none.
        """
        raise NotImplementedError

    @abstractmethod
    def save(self, charge: Charge) -> None:
        """Keep the charge, and what it heard from the provider as proof.

        Raises StaleAggregate where somebody else changed it since it was read, and ContradictingAnswer.
        """
        raise NotImplementedError


class DueChargesPort(Protocol):
    """Charges whose time has come. Whoever asks at the same time gets another one, or none."""

    @abstractmethod
    def next_due(self, now: datetime) -> Charge | None:
        """One about which the provider is to be asked, the longest waiting first."""
        raise NotImplementedError

    @abstractmethod
    def next_silent(self, now: datetime) -> Charge | None:
        """One whose order has not said what follows from its last attempt."""
        raise NotImplementedError
