"""A notice of the provider: a hint that one of its payments has changed, never what it is now."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from payment_service.domain.provider import NotMade, PaymentOutcome, Unknown
from payment_service.domain.work import Work, after_rest, pursuit_delay, spread

PAYMENT_TOPIC = "payment"


class NotificationState(StrEnum):
    """WAITING -> READ (the payment was heard) | STRANGE (it is none of ours); IGNORED: of something else."""

    WAITING = "WAITING"
    READ = "READ"
    STRANGE = "STRANGE"
    IGNORED = "IGNORED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notice. `fingerprint` is the same for the very same notice told twice.

    `collector` is the account of the store whose secret it was signed with; None: the platform's.
    """

    id: str
    store: str
    topic: str
    provider_id: str
    fingerprint: str
    received_at: datetime
    collector: str | None = None
    state: NotificationState = NotificationState.WAITING
    work: Work = field(default_factory=Work)

    @classmethod
    def received(
        cls,
        *,
        notification_id: str,
        store: str,
        topic: str,
        provider_id: str,
        fingerprint: str,
        now: datetime,
    ) -> "Notification":
        """One that just came in: to be looked into at once when it is about a payment."""
        of_payment = topic == PAYMENT_TOPIC
        return cls(
            id=notification_id,
            store=store,
            topic=topic,
            provider_id=provider_id,
            fingerprint=fingerprint,
            received_at=now,
            state=NotificationState.WAITING if of_payment else NotificationState.IGNORED,
            work=Work(next_at=now if of_payment else None),
        )

    def signed_for(self, collector: str | None) -> "Notification":
        """Signed with the secret of this account of the store; None: with the platform's."""
        return replace(self, collector=collector)

    def taken(self, lease_until: datetime) -> "Notification":
        """Being looked into."""
        return replace(self, work=self.work.taken(lease_until))

    def looked_into(self, outcome: PaymentOutcome, *, known: bool, now: datetime) -> "Notification":
        """What came of reading the payment; `known`: it is one of ours. Unknown outcomes are asked again."""
        if isinstance(outcome, NotMade):
            return replace(self, work=self.work.put_off(now + after_rest(outcome.wait, self.id)))
        if isinstance(outcome, Unknown):
            tries = self.work.tries + 1
            wait = max(
                spread(pursuit_delay(tries), f"{self.id} {tries}"), timedelta(seconds=outcome.retry_after)
            )
            return replace(self, work=self.work.again(now + wait))
        state = NotificationState.READ if known else NotificationState.STRANGE
        return replace(self, state=state, work=self.work.rested())
