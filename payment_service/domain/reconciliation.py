"""Our books and the provider's, side by side: what differs, and what a day comes to. Amounts in centavos."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from payment_service.domain.provider import (
    RANKS,
    WITH_MONEY,
    ProviderPayment,
    ProviderRefundStatus,
    ProviderStatus,
)
from payment_service.domain.provider_account import Payee
from payment_service.domain.work import Work

SETTLING = timedelta(minutes=30)
"""How long after its end a day is left alone: what is under way comes in, and searches catch up."""
CAUGHT_UP_DAYS = 7
"""How many days are made up for after a stop."""
NEWEST = CAUGHT_UP_DAYS + 1
"""Those, and the day that is not over."""
MOST_ROUNDS = 3
ROUND_REST = timedelta(hours=1)
"""A day that does not come out even is compared again: what was under way may have been all there was."""


class Kind(StrEnum):
    """How the books can differ. `statement`: all payments agree, and the sums of the day do not."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    STATUS = "status"
    CHARGEBACK_UNKNOWN = "chargeback_unknown"
    AMOUNT = "amount"
    REFERENCE = "reference"
    REFUND_MISSING_HERE = "refund_missing_here"
    REFUND_MISSING_THERE = "refund_missing_there"
    REFUND_AMOUNT = "refund_amount"
    TIME = "time"
    UNREADABLE = "unreadable"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookEntry:
    """A payment as our books have it.

    `status` is the last that the provider said of it, `amount` what came or would come. `refunds` are those
    that are done, by the provider's id. Times are the provider's.
    """

    store: str
    order_id: str
    payment_id: str
    provider_id: str
    status: ProviderStatus | None
    amount: int
    paid_at: datetime | None = None
    updated_at: datetime | None = None
    refunds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one payment, or a store's day, is in our books and in the provider's.

    `repaired`: the provider was asked once more, the charge heard the answer, and now they agree.
    """

    kinds: tuple[Kind, ...]
    store: str | None = None
    order_id: str | None = None
    payment_id: str | None = None
    provider_id: str | None = None
    ours: str | None = None
    theirs: str | None = None
    repaired: bool = False

    @classmethod
    def of(
        cls, number: str, kinds: tuple[Kind, ...], entry: BookEntry | None, told: ProviderPayment | None
    ) -> "Difference":
        """Of one payment, by its number at the provider."""
        named = cls(kinds=kinds, provider_id=number)
        if told is not None:
            back = sum(one.amount for one in told.refunds if one.status is ProviderRefundStatus.DONE)
            theirs = _in_words(told.status, told.amount, back)
            named = replace(named, store=told.store, order_id=told.reference, payment_id=told.payment_id)
            named = replace(named, theirs=theirs)
        if entry is not None:
            ours = _in_words(entry.status, entry.amount, sum(entry.refunds.values()))
            named = replace(named, store=entry.store, order_id=entry.order_id, payment_id=entry.payment_id)
            named = replace(named, ours=ours)
        return named


@dataclass(frozen=True, slots=True)
class Statement:
    """What a store's day comes to.

    `charged` came on that day and `refunded` went back on it, whenever it had come. `charged_back` is what
    the payers' banks hold of what they took, or last spoke of, on that day.
    """

    charged: int = 0
    refunded: int = 0
    charged_back: int = 0

    @property
    def net(self) -> int:
        """What is left of it."""
        return self.charged - self.refunded - self.charged_back

    def __str__(self) -> str:
        amounts = (self.charged, self.refunded, self.charged_back, self.net)
        words = ("charged", "refunded", "charged back", "net")
        return ", ".join(f"{word} R$ {amount / 100:.2f}" for word, amount in zip(words, amounts, strict=True))

    def __add__(self, other: "Statement") -> "Statement":
        return Statement(
            self.charged + other.charged,
            self.refunded + other.refunded,
            self.charged_back + other.charged_back,
        )


def by_number(provider_id: str) -> tuple[int, str]:
    """What puts the provider's numbers, which are texts here, into the order of numbers."""
    return len(provider_id), provider_id


def _in_words(status: str | None, amount: int, refunded: int) -> str:
    """For people: amounts in reais."""
    back = f", R$ {refunded / 100:.2f} back" if refunded else ""
    return f"{status or 'not told'}, R$ {amount / 100:.2f}{back}"


def day_of(day: date) -> tuple[datetime, datetime]:
    """When it begins and when the next one does, in UTC."""
    begin = datetime.combine(day, time(), UTC)
    return begin, begin + timedelta(days=1)


def compare(entry: BookEntry, told: ProviderPayment) -> tuple[Kind, ...]:
    """How a payment in our books differs from what the provider says of it."""
    return tuple(_kinds(entry, told))


def _kinds(entry: BookEntry, told: ProviderPayment) -> Iterator[Kind]:
    if entry.status is None or RANKS[entry.status] != RANKS[told.status]:
        taken = told.status is ProviderStatus.CHARGED_BACK
        yield Kind.CHARGEBACK_UNKNOWN if taken else Kind.STATUS
    if entry.amount != told.amount:
        yield Kind.AMOUNT
    if entry.order_id != told.reference:
        yield Kind.REFERENCE
    theirs = {one.id: one.amount for one in told.refunds if one.status is ProviderRefundStatus.DONE}
    if theirs.keys() - entry.refunds.keys():
        yield Kind.REFUND_MISSING_HERE
    if entry.refunds.keys() - theirs.keys():
        yield Kind.REFUND_MISSING_THERE
    if any(entry.refunds[one] != theirs[one] for one in theirs.keys() & entry.refunds.keys()):
        yield Kind.REFUND_AMOUNT
    if _times_differ(entry, told):
        yield Kind.TIME


def _times_differ(entry: BookEntry, told: ProviderPayment) -> bool:
    """Whether the day to which an amount belongs could be another one."""
    if told.status not in WITH_MONEY or told.status is not entry.status:
        return False
    came = told.approved_at is not None and told.approved_at != entry.paid_at
    taken = told.status is ProviderStatus.CHARGED_BACK and told.updated_at != entry.updated_at
    return came or taken


def statement_of(told: ProviderPayment, day: date) -> Statement:
    """What one payment at the provider brings to a day's statement."""
    begin, end = day_of(day)

    def on_the_day(instant: datetime | None) -> bool:
        return instant is not None and begin <= instant < end

    done = [one for one in told.refunds if one.status is ProviderRefundStatus.DONE]
    taken = told.status is ProviderStatus.CHARGED_BACK and on_the_day(told.updated_at)
    came = told.status in WITH_MONEY and on_the_day(told.approved_at)
    return Statement(
        charged=told.amount if came else 0,
        refunded=sum(one.amount for one in done if on_the_day(one.made_at)),
        charged_back=told.amount - sum(one.amount for one in done) if taken else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """The comparison of one account's day, as far as it has come.

    `seen` is how many payments of the provider's list are behind it, and `last_id` the last of them: the list
    is in the order of its numbers, so that what is added to it while it is read can be told twice, and never
    is left out. `theirs` is what the payments seen so far bring to the day, by store. `rounds` counts how
    often it was begun.
    """

    payee: Payee
    day: date
    work: Work
    rounds: int = 1
    seen: int = 0
    last_id: str | None = None
    compared: int = 0
    repaired: int = 0
    unsettled: int = 0
    theirs: Mapping[str, Statement] = field(default_factory=dict)
    finished_at: datetime | None = None

    @classmethod
    def of(cls, payee: Payee, day: date, now: datetime) -> "Reconciliation":
        """One that is to begin."""
        return cls(payee=payee, day=day, work=Work(next_at=now))

    def with_difference(self, difference: Difference) -> "Reconciliation":
        """One more thing differed."""
        settled = int(difference.repaired)
        return replace(self, repaired=self.repaired + settled, unsettled=self.unsettled + 1 - settled)

    def with_payment(self, told: ProviderPayment | None, store: str | None) -> "Reconciliation":
        """One more payment was compared, which stands so at the provider."""
        compared = replace(self, compared=self.compared + 1)
        brought = Statement() if told is None else statement_of(told, self.day)
        if told is None or brought == Statement():
            return compared
        whose = store or told.store or ""
        sums = {**self.theirs, whose: self.theirs.get(whose, Statement()) + brought}
        return replace(compared, theirs=sums)

    def taken(self, until: datetime) -> "Reconciliation":
        """Somebody compares the next payments, and has until then to tell what came of it."""
        return replace(self, work=self.work.taken(until))

    def anew(self, now: datetime) -> "Reconciliation":
        """From the beginning. Whoever has it in hand is not heard any more."""
        work = replace(self.work, next_at=now, tries=0, leased_until=None, lease=self.work.lease + 1)
        return replace(Reconciliation.of(self.payee, self.day, now), work=work, rounds=self.rounds + 1)

    def finished(self, now: datetime) -> "Reconciliation":
        """All was compared. What is not settled is looked at again, a few times."""
        ended = replace(self, finished_at=now, work=self.work.rested())
        if not self.unsettled or self.rounds >= MOST_ROUNDS:
            return ended
        return replace(ended, work=replace(ended.work, next_at=now + ROUND_REST))


def days_due(newest: Sequence[Reconciliation], now: datetime) -> tuple[date, ...]:
    """The days that are over and not compared since, the oldest first; of an account, the newest known.

    One that cannot be gone on with is waited for: it tells that the account cannot be asked at all.
    """
    last = (now - SETTLING).date() - timedelta(days=1)
    if any(one.finished_at is None and one.work.tries for one in newest):
        return ()
    first = max(min((one.day for one in newest), default=last), last - timedelta(CAUGHT_UP_DAYS - 1))
    begun = {one.day for one in newest if one.finished_at is None or one.finished_at >= _over(one.day)}
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(day for day in days if day not in begun)


def _over(day: date) -> datetime:
    return day_of(day)[1] + SETTLING
