"""Whose money it is at the provider: the platform's, or a store's own account."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Payee:
    """An account, by its store and number. Both left out: the platform's, which is paid for any store."""

    store: str | None = None
    collector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccount:
    """A store's own account. `collector` is its number at the provider, and the same for all of its tokens.

    What is given back must leave the account that was paid. So a new token of the same account takes the
    place of the old one, while another account stands beside it, and the one before goes on for what it has
    been paid. Token and secret are sealed; `public_key` is what browsers make tokens of cards with.
    """

    store: str
    collector: str
    sealed_access_token: str = field(repr=False)
    sealed_webhook_secret: str = field(repr=False)
    public_key: str
    set_at: datetime


def collector_of(access_token: str) -> str | None:
    """The number of the account that a token is of: its last part. None where that is no number."""
    number = access_token.rpartition("-")[2]
    return number if number.isdecimal() and number.isascii() else None
