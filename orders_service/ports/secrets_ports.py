"""Passwords, tokens and digests."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from orders_service.domain.cpf import Cpf
from orders_service.domain.staff import Staff

CpfDigest = Callable[[Cpf], str]
"""A keyed hash: finds a CPF again without telling it."""

NameDigest = Callable[[str], str]
"""A keyed hash of what was typed as a username: tells two apart without telling either."""


class PasswordPort(Protocol):
    """Hashes that are slow on purpose."""

    @abstractmethod
    def hash(self, password: str) -> str:
        """To be stored in the password's stead."""
        raise NotImplementedError

    @abstractmethod
    def matches(self, password: str, password_hash: str | None) -> bool:
        """Whether it is the password. Against None it takes as long, and is not."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A signed token, and for how many seconds it is good."""

    text: str = field(repr=False)
    expires_in: int


TokenIssuer = Callable[[Staff], AccessToken]
"""Signs who somebody is."""


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
