"""Watching what the processes say of themselves during a storm."""

import threading
import time
from dataclasses import dataclass
from typing import Self

import requests

from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import ProductionSystem

PAUSE_SECONDS = 0.2
ANSWER_SECONDS = 10
READY: tuple[str, ...] = ()
NO_BROKER = ("broker",)
NO_ANSWER = ("no answer",)


@dataclass(frozen=True, slots=True)
class Word:
    """What a process answered: the names of what fails, nothing where it is ready.

    `asked` and `answered` in seconds of time.monotonic().
    """

    asked: float
    answered: float
    failing: tuple[str, ...]


class Watch:
    """Asks each process over and over whether it is ready, and remembers the answers."""

    def __init__(self, system: ProductionSystem, *names: str) -> None:
        self._system = system
        self._over = threading.Event()
        self._words: dict[str, list[Word]] = {name: [] for name in names}
        self._threads = [threading.Thread(target=self._ask, args=(name,)) for name in names]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def all_say(self, failing: tuple[str, ...], within: float) -> float:
        """Return when each process says so, asked from now on; gives how many seconds that took."""
        began = time.monotonic()
        eventually(lambda: all(self._last(name, began) == failing for name in self._words), within)
        return time.monotonic() - began

    def said(self, since: float = 0, until: float = float("inf")) -> set[tuple[str, ...]]:
        """What was said by any of them between two moments of time.monotonic()."""
        words = [word for of_one in self._words.values() for word in of_one]
        return {word.failing for word in words if since <= word.asked and word.answered <= until}

    def _last(self, name: str, since: float) -> tuple[str, ...] | None:
        words = self._words[name]
        return words[-1].failing if words and words[-1].asked >= since else None

    def _ask(self, name: str) -> None:
        while not self._over.wait(PAUSE_SECONDS):
            asked = time.monotonic()
            failing = failing_checks(self._system, name)
            self._words[name].append(Word(asked, time.monotonic(), failing))


def failing_checks(system: ProductionSystem, name: str) -> tuple[str, ...]:
    """What a process says is failing; READY where nothing is."""
    try:
        answer = requests.get(f"{system.address(name)}/health/ready", timeout=ANSWER_SECONDS)
    except requests.RequestException:
        return NO_ANSWER
    failing = tuple(check for check, result in answer.json()["checks"].items() if result != "ok")
    assert (answer.status_code == 200) == (failing == READY)
    return failing
