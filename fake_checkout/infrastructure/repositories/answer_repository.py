"""Answers under idempotency keys, in SQL."""

from datetime import datetime

import sqlalchemy as sa

from fake_checkout.domain.errors import IdempotencyKeyInFlight
from fake_checkout.infrastructure.models import answers
from fake_checkout.infrastructure.repositories.tracking import Tracking
from fake_checkout.ports.unit_of_work_port import Answer, AnswerRepositoryPort


class AnswerRepository(AnswerRepositoryPort):
    """Kept answers; on PostgreSQL a key is locked from the first look at it, on SQLite everything is."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def find(self, scope: str, key: str, *, since: datetime) -> Answer | None:
        """The answer kept since then. Raises IdempotencyKeyInFlight while another process makes it."""
        self._lock(scope, key)
        same = (answers.c.scope == scope) & (answers.c.key == key) & (answers.c.kept_at >= since)
        row = self._uow.connection.execute(sa.select(answers).where(same)).first()
        return None if row is None else Answer(row.fingerprint, row.status, row.body)

    def keep(self, scope: str, key: str, answer: Answer, now: datetime) -> None:
        """Keep the answer, in place of one that has lapsed."""
        lapsed = (answers.c.scope == scope) & (answers.c.key == key)
        self._uow.connection.execute(sa.delete(answers).where(lapsed))
        statement = sa.insert(answers).values(
            scope=scope,
            key=key,
            fingerprint=answer.fingerprint,
            status=answer.status,
            body=answer.body,
            kept_at=now,
        )
        self._uow.connection.execute(statement)

    def _lock(self, scope: str, key: str) -> None:
        if self._uow.connection.dialect.name != "postgresql":
            return
        number = sa.func.hashtextextended(f"{scope}\n{key}", 0)
        if not self._uow.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))):
            raise IdempotencyKeyInFlight(f"key {key} is in use")
