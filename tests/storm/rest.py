"""Waiting until a storm is over: every order at its end, and nothing that an auditor could object to."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from audit.auditor import audit
from audit.sources import Sources
from tests.storm.crowd import Crowd

REST_SECONDS = 180
"""Longer than a deadline and the longest lease of something that was killed, one after the other."""


class Audited(Protocol):
    """What has books."""

    @property
    def books(self) -> tuple[str, str, str]:
        """The addresses of the databases: orders, payments, the provider's."""
        ...


def come_to_rest(system: Audited, *crowds: Crowd, within: float = REST_SECONDS) -> None:
    """Return once the system has; fail with what is wrong with it, where that does not go away."""
    until_nothing(lambda: [wrong for crowd in crowds for wrong in crowd.unfinished()], within)
    for crowd in crowds:
        until_nothing(lambda crowd=crowd: objections(system, crowd.history), within)


def objections(system: Audited, history: Path | None = None) -> list[str]:
    """What the auditor finds wrong at this moment, as if nothing were under way any more."""
    orders, payments, provider = system.books
    sources = Sources(orders=orders, payments=payments, provider=provider, history=history)
    report = audit(sources, settle=timedelta(0))
    return [] if report.clean else [str(report)]


def until_nothing(find: Callable[[], list[object]], within: float) -> None:
    """Return once nothing is found; fail with what still is."""
    give_up = time.monotonic() + within
    while wrong := find():
        assert time.monotonic() < give_up, "\n".join(map(str, wrong))
        threading.Event().wait(1)
