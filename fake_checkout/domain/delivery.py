"""Notifications to the merchant: what is sent, how it is signed, and when it is tried again."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from fake_checkout.domain.fault_rule import Rule
from fake_checkout.domain.payment import Action

PAUSES = (
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=6),
    timedelta(hours=48),
    timedelta(hours=96),
    timedelta(hours=96),
    timedelta(hours=96),
)
"""Between one attempt and the next (Mercado Pago, "notifications", diagram); the first comes at once."""
SUCCESSES = frozenset({200, 201})
LONGEST_HOLD = timedelta(seconds=10)
"""How long a notification that is to arrive out of order waits for a later one to overtake it."""

Style = Literal["webhook", "ipn"]
"""The signed form of today, and the older one: unsigned, with another query and body."""
STYLE_BY_NEWS: Mapping[str, Style] = {"webhooks": "webhook", "ipn": "ipn"}
"""By what the merchant's address says of `source_news`."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing that a merchant is to be told, until it is told or given up.

    `next_at` is when it is to be tried, None once that is over. `faults` are the rules drawn for the coming
    attempt, None before they are drawn; `held` says that it waits to be overtaken.
    """

    id: int
    payment_id: int
    user_id: int
    action: Action
    url: str
    created_at: datetime
    next_at: datetime | None
    attempt: int = 0
    faults: tuple[Rule, ...] | None = None
    held: bool = False
    style: Style = "webhook"

    @property
    def wanted_style(self) -> Style | None:
        """The one style that the merchant's address asks for by `source_news`, None where it takes both."""
        asked = parse_qs(urlsplit(self.url).query).get("source_news", [""])[0]
        return STYLE_BY_NEWS.get(asked)

    def in_style(self, style: Style) -> "Notification":
        """The same, told this way."""
        return replace(self, style=style)

    def struck_by(self, faults: tuple[Rule, ...]) -> "Notification":
        """These faults are what the coming attempt suffers; they are not drawn again."""
        return replace(self, faults=faults)

    def postponed(self, until: datetime) -> "Notification":
        """It is to be tried later."""
        return replace(self, next_at=until)

    def held_back(self, now: datetime) -> "Notification":
        """It waits until a later notification has overtaken it, though not for ever."""
        return replace(self, next_at=now + LONGEST_HOLD, held=True)

    def released(self, now: datetime) -> "Notification":
        """It was overtaken, and may go."""
        return replace(self, next_at=now, held=False)

    def attempted(self, answer_status: int | None, now: datetime) -> "Notification":
        """An attempt was made and answered so; None: not answered in time."""
        over = answer_status in SUCCESSES or self.attempt >= len(PAUSES)
        return replace(
            self,
            next_at=None if over else now + PAUSES[self.attempt],
            attempt=self.attempt + 1,
            faults=None,
            held=False,
        )

    def again(
        self, notification_id: int, now: datetime, *, faults: tuple[Rule, ...] | None = None
    ) -> "Notification":
        """The same news under another id, to be told from the start."""
        return Notification(
            id=notification_id,
            payment_id=self.payment_id,
            user_id=self.user_id,
            action=self.action,
            url=self.url,
            created_at=now,
            next_at=now,
            faults=faults,
            style=self.style,
        )


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt, as it was made: `signature` is the header's value, empty where it was left out.

    `answer_status` is None where no answer came; `fault` names what was done to it on purpose.
    """

    id: str
    notification_id: int
    payment_id: int
    action: Action
    url: str
    attempt: int
    sent_at: datetime
    signature: str
    answer_status: int | None
    fault: str | None = None
    style: Style = "webhook"


@dataclass(frozen=True, slots=True)
class SigningWay:
    """Two things that the provider's documents and SDKs contradict each other in."""

    milliseconds: bool = False
    lower: bool = False


def signature(
    secret: str, *, data_id: str, request_id: str, sent_at: datetime, way: SigningWay = SigningWay()
) -> str:
    """The value of `x-signature`, over the id as it stands in the query; an empty `request_id` stays out."""
    ts = int(sent_at.timestamp() * 1000) if way.milliseconds else int(sent_at.timestamp())
    signed_id = data_id.lower() if way.lower else data_id
    request = f"request-id:{request_id};" if request_id else ""
    manifest = f"id:{signed_id};{request}ts:{ts};"
    digest = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return f"ts={ts},v1={digest}"
