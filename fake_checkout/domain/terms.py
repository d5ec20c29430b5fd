"""What was agreed about a payment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fake_checkout.domain.card import Card
from fake_checkout.domain.errors import ExpirationNotValid

MAX_AMOUNT = 999_999_900
"""Centavos: 9,999,999 reais, the most that the provider takes by Pix."""
DEFAULT_LIFE = timedelta(hours=24)
SHORTEST_LIFE = timedelta(minutes=30)
LONGEST_LIFE = timedelta(days=30)
TRANSIT = timedelta(minutes=1)
"""What a request may lose on its way: who asks for the shortest life asks before we read it."""
AUTHORIZATION_LIFE = timedelta(days=5)
"""How long a bank keeps an amount for a merchant who captures later."""

Particulars = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the merchant asked for. `amount` in centavos; a capture of a part makes it that part.

    `expires_at` is until when a code can be paid, or an authorization captured. `particulars` are the members
    that the provider keeps and tells again without giving them a meaning.
    """

    id: int
    collector_id: int
    amount: int
    created_at: datetime
    expires_at: datetime
    payer: Particulars
    description: str | None = None
    external_reference: str | None = None
    notification_url: str | None = None
    metadata: Particulars = field(default_factory=dict)
    particulars: Particulars = field(default_factory=dict)
    method: str = "pix"
    card: Card | None = None
    issuer_id: str | None = None
    installments: int = 1
    captures_later: bool = False


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a merchant changes afterwards; None leaves it as it is."""

    expires_at: datetime | None = None
    description: str | None = None
    external_reference: str | None = None
    notification_url: str | None = None
    metadata: Particulars | None = None


def expiry(now: datetime, asked: datetime | None) -> datetime:
    """Until when a code created now can be paid.

    Raises ExpirationNotValid where less than 30 minutes or more than 30 days were asked.
    """
    if asked is None:
        return now + DEFAULT_LIFE
    if not SHORTEST_LIFE - TRANSIT <= asked - now <= LONGEST_LIFE + TRANSIT:
        message = "date_of_expiration must lie between 30 minutes and 30 days from now"
        raise ExpirationNotValid(message)
    return asked
