"""Keeping texts that nobody is to read."""

from abc import abstractmethod
from typing import Protocol


class CannotUnseal(Exception):
    """The text was sealed with a key that is not among the keys, or it was tampered with."""


class SealingPort(Protocol):
    """Authenticated encryption of short texts, with keys that are replaced now and then."""

    @abstractmethod
    def seal(self, text: str) -> str:
        """The text, readable by none but whoever has the key."""
        raise NotImplementedError

    @abstractmethod
    def unseal(self, sealed: str) -> str:
        """The text. Raises CannotUnseal."""
        raise NotImplementedError

    @abstractmethod
    def seal_again(self, sealed: str) -> str:
        """The same text, sealed with the newest key. Raises CannotUnseal."""
        raise NotImplementedError
