"""Money on its way back to a payer."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from payment_service.domain.provider import (
    Answered,
    NotMade,
    ProviderRefund,
    ProviderRefundStatus,
    RefundOutcome,
    Unknown,
)
from payment_service.domain.work import Work, after_rest, pursuit_delay, spread

BY_STAFF = "staff"
BY_PROVIDER = "provider"


class RefundStatus(StrEnum):
    """REQUESTED -> IN_PROCESS (said to the provider) -> DONE | FAILED | VOID.

    Any of them becomes DONE when the provider says so after all.
    """

    REQUESTED = "REQUESTED"
    IN_PROCESS = "IN_PROCESS"
    DONE = "DONE"
    FAILED = "FAILED"
    VOID = "VOID"


OPEN = (RefundStatus.REQUESTED, RefundStatus.IN_PROCESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One try to return `amount` centavos; its id is the idempotency key at the provider.

    `done_at` is when it was heard that it is done, `returned_at` when the provider says that it was made.

    Only DONE counts as returned. A refused try is FAILED and followed by another refund with a new key, so
    `work.tries` goes on counting through the whole chain.
    """

    id: str
    amount: int
    reason: str
    created_at: datetime
    by_staff: bool = False
    status: RefundStatus = RefundStatus.REQUESTED
    failure: str | None = None
    provider_id: str | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    work: Work = field(default_factory=Work)

    @classmethod
    def requested(cls, new_id: str, amount: int, reason: str, *, by_staff: bool, now: datetime) -> "Refund":
        """To be said to the provider at once."""
        return cls(
            id=new_id, amount=amount, reason=reason, by_staff=by_staff, created_at=now, work=Work(next_at=now)
        )

    @property
    def is_open(self) -> bool:
        """Whether the money may still go back by this refund."""
        return self.status in OPEN

    @property
    def told_reason(self) -> str:
        """The reason as other services hear it: never what staff typed, which may name a person."""
        return BY_STAFF if self.by_staff else self.reason

    def sent(self, lease_until: datetime) -> "Refund":
        """Said to the provider, by whoever holds the lease."""
        return replace(self, status=RefundStatus.IN_PROCESS, work=self.work.taken(lease_until))

    def void(self) -> "Refund":
        """There is nothing left to give back by it."""
        return replace(self, status=RefundStatus.VOID, work=self.work.rested())

    def concluded(self, outcome: RefundOutcome, now: datetime) -> "Refund":
        """What came of saying it to the provider."""
        if isinstance(outcome, Answered):
            return self.told(outcome.value, now)
        if not self.is_open:
            return self
        if isinstance(outcome, NotMade):
            return replace(self, work=self.work.put_off(now + after_rest(outcome.wait, self.id)))
        if isinstance(outcome, Unknown):
            return self._later(now, at_least=outcome.retry_after)
        # What the provider has already is refused once more, which says nothing of the first time.
        return self._failed(outcome.code) if self.provider_id is None else self._later(now)

    def told(self, refund: ProviderRefund, now: datetime) -> "Refund":
        """What the provider knows of it. Done is final; even a failed or a void one may turn out done."""
        if refund.status is ProviderRefundStatus.DONE and self.status is not RefundStatus.DONE:
            return self._done(refund, now)
        if self.status is RefundStatus.DONE and refund.status is ProviderRefundStatus.DONE:
            return replace(self, returned_at=refund.made_at or self.returned_at)
        if not self.is_open:
            return self
        if refund.status is ProviderRefundStatus.REFUSED:
            return self._failed("rejected")
        known = replace(self, status=RefundStatus.IN_PROCESS, provider_id=refund.id)
        return known.asked_again(now)

    def asked_again(self, now: datetime) -> "Refund":
        """To be looked up once more, if it is still open."""
        return self._later(now) if self.is_open else self

    def next_try(self, new_id: Callable[[], str], amount: int, now: datetime) -> "Refund":
        """Another refund in place of one that was refused, with a key of its own, after a while."""
        tries = self.work.tries + 1
        return Refund(
            id=new_id(),
            amount=amount,
            reason=self.reason,
            by_staff=self.by_staff,
            created_at=now,
            work=Work(next_at=now + spread(pursuit_delay(tries), self.id), tries=tries),
        )

    def _done(self, refund: ProviderRefund, now: datetime) -> "Refund":
        return replace(
            self,
            status=RefundStatus.DONE,
            amount=refund.amount,
            failure=None,
            provider_id=refund.id,
            done_at=now,
            returned_at=refund.made_at or now,
            work=self.work.rested(),
        )

    def _failed(self, code: str) -> "Refund":
        return replace(self, status=RefundStatus.FAILED, failure=code, work=self.work.rested())

    def _later(self, now: datetime, at_least: int = 0) -> "Refund":
        tries = self.work.tries + 1
        wait = max(spread(pursuit_delay(tries), f"{self.id} {tries}"), timedelta(seconds=at_least))
        return replace(self, work=self.work.again(now + wait))
