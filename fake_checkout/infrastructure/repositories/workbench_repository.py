"""What testers set and look at, in SQL."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from fake_checkout.domain.fault_rule import Rule
from fake_checkout.domain.faults import Faults, Watch
from fake_checkout.infrastructure.models import (
    answers,
    card_tokens,
    deliveries,
    notifications,
    payments,
    refunds,
    requests,
    workbench,
)
from fake_checkout.infrastructure.repositories.tracking import Tracking
from fake_checkout.ports.unit_of_work_port import RecordedRequest, WorkbenchRepositoryPort


class WorkbenchRepository(WorkbenchRepositoryPort):
    """Faults, the virtual clock, and the calls that were made."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def faults(self) -> Faults:
        """The rules in force, locked until the end of this work."""
        return _faults_from(self._locked("faults"))

    def set_faults(self, faults: Faults) -> None:
        """Put these in their place."""
        self._set("faults", asdict(faults))

    def set_offset(self, offset: timedelta) -> None:
        """Move the virtual clock to so much from the real one."""
        self._set("clock", {"offset_seconds": offset.total_seconds()})

    def switches(self) -> Mapping[str, str]:
        """The switches that testers turned, locked until the end of this work."""
        return self._locked("switches")

    def set_switches(self, chosen: Mapping[str, str]) -> None:
        """Put these in their place."""
        self._set("switches", dict(chosen))

    def record(self, request: RecordedRequest) -> None:
        """Write down a call."""
        self._uow.connection.execute(sa.insert(requests).values(**asdict(request)))

    def wipe(self) -> None:
        """Forget everything: payments, deliveries, keys, faults, switches, calls, and the clock's offset."""
        for table in (refunds, payments, card_tokens, notifications, deliveries, answers, requests):
            self._uow.connection.execute(sa.delete(table))
        self.set_faults(Faults())
        self.set_offset(timedelta())
        self.set_switches({})

    def forget(self, *, answers_before: datetime, card_tokens_before: datetime, newest_requests: int) -> int:
        """Drop lapsed answers and card tokens, and all but the newest calls; returns how many that were."""
        connection = self._uow.connection
        old_answers = sa.delete(answers).where(answers.c.kept_at < answers_before)
        old_tokens = sa.delete(card_tokens).where(card_tokens.c.created_at < card_tokens_before)
        lapsed = sum(connection.execute(old).rowcount for old in (old_answers, old_tokens))
        newest = sa.select(requests.c.number).order_by(requests.c.number.desc())
        oldest_kept = connection.scalar(newest.offset(newest_requests - 1).limit(1))
        if oldest_kept is None:
            return lapsed
        old = connection.execute(sa.delete(requests).where(requests.c.number < oldest_kept))
        return lapsed + old.rowcount

    def _locked(self, name: str) -> dict[str, Any]:
        setting: dict[str, Any] = self._uow.connection.execute(_setting(name).with_for_update()).scalar_one()
        return setting

    def _set(self, name: str, setting: dict[str, Any]) -> None:
        statement = sa.update(workbench).where(workbench.c.name == name).values(setting=setting)
        self._uow.connection.execute(statement)


def read_faults(connection: Connection) -> Faults:
    """The rules in force, unlocked."""
    return _faults_from(connection.execute(_setting("faults")).scalar_one())


def read_switches(connection: Connection) -> dict[str, str]:
    """The switches that testers turned, unlocked."""
    chosen: dict[str, str] = connection.execute(_setting("switches")).scalar_one()
    return chosen


def read_offset(connection: Connection) -> timedelta:
    """How far the virtual clock is from the real one."""
    return timedelta(seconds=connection.execute(_setting("clock")).scalar_one()["offset_seconds"])


def request_from(row: Row[Any]) -> RecordedRequest:
    """The call of a row."""
    return RecordedRequest(
        at=row.at,
        method=row.method,
        path=row.path,
        headers=row.headers,
        body=row.body,
        status=row.status,
    )


def _setting(name: str) -> sa.Select[tuple[Any]]:
    return sa.select(workbench.c.setting).where(workbench.c.name == name)


def _faults_from(setting: dict[str, Any]) -> Faults:
    watches = tuple(
        Watch(Rule(**watch["rule"]), watch["matched"], watch["struck"]) for watch in setting["watches"]
    )
    return Faults(setting["seed"], watches, tuple(setting.get("spent", ())))
