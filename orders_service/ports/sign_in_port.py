"""Remembering sign-ins that failed, for all processes and over restarts."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from orders_service.domain.sign_in_failures import SignInFailures


class SignInFailuresPort(Protocol):
    """Failures in a row, by store and username, whether or not anybody bears the name."""

    @abstractmethod
    def find(self, store: str, username: str) -> SignInFailures | None:
        """What is remembered, not locked; None where nothing is."""
        raise NotImplementedError

    @abstractmethod
    def lock(self, store: str, username: str, now: datetime) -> SignInFailures:
        """What is remembered, or a row of none so far, locked until the end of the unit of work."""
        raise NotImplementedError

    @abstractmethod
    def save(self, failures: SignInFailures) -> None:
        """Remember what was locked before as it is now."""
        raise NotImplementedError

    @abstractmethod
    def forget(self, store: str, username: str) -> None:
        """After a sign-in that succeeded."""
        raise NotImplementedError
