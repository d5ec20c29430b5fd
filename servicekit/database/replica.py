"""A streaming replica, asked in the primary's place by whoever can do with what was true a moment ago.

Each of the two is asked where the other cannot be had, and one that failed is left alone for a while, so that
a server that says nothing costs one request a moment and not every request all of its patience.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.database.database import Database
from servicekit.database.patience import patience, patience_left
from servicekit.database.retry import UseCase

QUICK_SECONDS = 2.5
"""As long as the first of two is waited for: time enough to connect, and half of a request's patience."""
REST_SECONDS = 5
"""Whoever failed is not asked for so long, if there is another."""
LOOK_SECONDS = 1
"""How often a process looks how far behind the replica is."""
BEHIND = sa.text("""
    SELECT CASE WHEN pg_is_in_recovery() THEN LEAST(
        extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()),
        (
            SELECT nullif(setting::int, 0) / 1000.0 FROM pg_settings
            WHERE name = 'wal_receiver_timeout'
                AND pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn()
                AND EXISTS (SELECT FROM pg_stat_wal_receiver)
        )
    ) END
""")
"""What it shows is no older than its last transaction. That alone would say that the replica of an idle
primary falls behind; but one that is connected, and shows all that it received, has heard its primary within
wal_receiver_timeout (milliseconds; 0 is for ever), or it would have hung up. A primary is no replica, not
even one that was: whoever promoted it may still write to another."""

RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
ResponseT_co = TypeVar("ResponseT_co", covariant=True)
Monotonic = Callable[[], float]


def seconds_behind(copy: Database) -> float:
    """How old what the replica shows may be, in seconds; infinite where it cannot tell.

    Raises what SQLAlchemy does where it cannot be had.
    """
    with patience(patience_left(QUICK_SECONDS)), copy.read() as connection:
        found = connection.execute(BEHIND).scalar_one()
    return math.inf if found is None else float(found)


def _tells_of_the_server(error: DBAPIError | PoolTimeoutError, had_seconds: float) -> bool:
    """A statement that is wrong does not, nor does a request that came too late to wait for a connection.

    But a rest does good where not even half of a request's patience gets one, whoever has them all.
    """
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError) or error.connection_invalidated
    return had_seconds >= QUICK_SECONDS


class Source:
    """One of the two databases: whether it failed just now."""

    def __init__(self, monotonic: Monotonic) -> None:
        self._monotonic = monotonic
        self._rests_until = -math.inf
        self._guard = threading.Lock()

    def failed(self) -> None:
        """Leave it alone for a while; then one request tries it, and no other until that has its answer."""
        self._rests_until = self._monotonic() + REST_SECONDS

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What is done in it shows whether it is there; an error is passed on."""
        had_seconds = patience_left(QUICK_SECONDS)
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            if _tells_of_the_server(error, had_seconds):
                self.failed()
            raise
        self._rests_until = -math.inf

    def rests(self) -> bool:
        """Whether it is left alone."""
        return self._monotonic() < self._rests_until

    def may_be_tried(self) -> bool:
        """Whether it does not rest; after a rest, for one request alone."""
        with self._guard:
            if self.rests():
                return False
            if self._rests_until > -math.inf:
                self.failed()
            return True


class Replica:
    """Which of the two to ask first, as this process sees them."""

    def __init__(
        self, seconds_behind: Callable[[], float], most_seconds: float, monotonic: Monotonic = time.monotonic
    ) -> None:
        self.copy, self.primary = Source(monotonic), Source(monotonic)
        self._seconds_behind = seconds_behind
        self._most_seconds = most_seconds
        self._monotonic = monotonic
        self._looking = threading.Lock()
        self._look_at = -math.inf
        self._is_current = False

    def whom_to_ask(self) -> tuple[Source, Source]:
        """The replica first while it answers and is not too far behind; or where the primary failed."""
        self._look_if_due()
        copy_first = (self._is_current or not self.primary.may_be_tried()) and self.copy.may_be_tried()
        return (self.copy, self.primary) if copy_first else (self.primary, self.copy)

    def is_current(self) -> bool:
        """Look now: whether it is near enough. Raises what SQLAlchemy does where it cannot be had."""
        return self._seconds_behind() <= self._most_seconds

    def _look_if_due(self) -> None:
        """One request at a time looks; the others go by what was seen last, after a rest to the primary."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            if self._monotonic() >= self._look_at and self.copy.may_be_tried():
                self._look_at = self._monotonic() + LOOK_SECONDS
                with self.copy.asked():
                    self._is_current = self.is_current()
        except (DBAPIError, PoolTimeoutError):
            self._is_current = False
        finally:
            self._looking.release()


@dataclass(frozen=True, slots=True)
class _OfEither(Generic[RequestT_contra, ResponseT_co]):
    replica: Replica
    copied: UseCase[RequestT_contra, ResponseT_co]
    primary: UseCase[RequestT_contra, ResponseT_co]
    not_there: type[Exception]

    def execute(self, request: RequestT_contra, /) -> ResponseT_co:
        first, second = self.replica.whom_to_ask()
        try:
            return self._ask(first, request, QUICK_SECONDS)
        except self.not_there as error:
            if first is self.replica.primary or second.rests():
                raise
            reason: Exception = error
        except (DBAPIError, PoolTimeoutError) as error:
            reason = error
        try:
            return self._ask(second, request)
        except (DBAPIError, PoolTimeoutError):
            raise reason from None

    def _ask(self, source: Source, request: RequestT_contra, seconds: float = math.inf) -> ResponseT_co:
        usecase = self.copied if source is self.replica.copy else self.primary
        with source.asked(), patience(patience_left(seconds)):
            return usecase.execute(request)


def of_either(
    replica: Replica,
    copied: UseCase[RequestT_contra, ResponseT_co],
    primary: UseCase[RequestT_contra, ResponseT_co],
    not_there: type[Exception],
) -> UseCase[RequestT_contra, ResponseT_co]:
    """A use case that only reads, over the replica or the primary.

    What the replica does not have (`not_there`) may have come this moment: the primary is asked, and where it
    cannot be had, the replica's word counts.
    """
    return _OfEither(replica, copied, primary, not_there)
