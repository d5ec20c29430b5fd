"""Repeating a whole use case where the database asks for it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError

from servicekit.database.database import Database
from servicekit.database.unit_of_work import StaleAggregate

REPEATABLE_SQLSTATES = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization_failure and deadlock_detected (its manual, appendix A)."""
ATTEMPTS = 5
STALE_ATTEMPTS = 2

ResultT = TypeVar("ResultT")
RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
ResponseT_co = TypeVar("ResponseT_co", covariant=True)


class UseCase(Protocol[RequestT_contra, ResponseT_co]):
    """Anything with one verb."""

    def execute(self, request: RequestT_contra, /) -> ResponseT_co:
        """Do it."""
        ...


@dataclass(frozen=True, slots=True)
class _Repeated(Generic[RequestT_contra, ResponseT_co]):
    database: Database
    usecase: UseCase[RequestT_contra, ResponseT_co]

    def execute(self, request: RequestT_contra, /) -> ResponseT_co:
        return repeated(self.database, lambda: self.usecase.execute(request))


def with_retries(
    database: Database, usecase: UseCase[RequestT_contra, ResponseT_co]
) -> UseCase[RequestT_contra, ResponseT_co]:
    """The use case, repeated whole on deadlocks and serialisation failures, and once when it read stale."""
    return _Repeated(database, usecase)


def repeated(database: Database, work: Callable[[], ResultT]) -> ResultT:
    """Do work that opens its own transaction; repeat it on deadlocks, serialisation failures and stale reads.

    Inside a wider transaction it is done once: only that one can be repeated, by whoever opened it.
    """
    attempt = 1
    while True:
        try:
            return work()
        except (DBAPIError, StaleAggregate) as error:
            if database.in_transaction() or not _worth_another(error, attempt):
                raise
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter, not a secret
        attempt += 1


def _worth_another(error: DBAPIError | StaleAggregate, attempt: int) -> bool:
    if isinstance(error, StaleAggregate):
        return attempt < STALE_ATTEMPTS
    return attempt < ATTEMPTS and getattr(error.orig, "sqlstate", None) in REPEATABLE_SQLSTATES
