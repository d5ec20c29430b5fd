"""Loops in threads: the relay, the consumer, the inbox loop and the sweepers of one process.

A loop that meets a fault outside of us (database, broker) waits and goes on. One that meets a fault of ours
ends the process, loudly: whoever supervises it starts it again, and no dead loop stays unnoticed.
"""

import math
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from pika.exceptions import AMQPError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from servicekit.database.commits import Commits
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.messaging.relay import PublisherUnavailable

OUTSIDE_FAULTS = (
    OperationalError,
    InterfaceError,
    PoolTimeoutError,
    AMQPError,
    PublisherUnavailable,
    OSError,
    StaleAggregate,
)
FIRST_WAIT_SECONDS = 0.4
LONGEST_WAIT_SECONDS = 10
STOP_SECONDS = 4
STUCK_SECONDS = 120
"""A step that takes longer than this is stuck: everything that it may wait for gives up earlier."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Loop:
    """Work that is repeated: `step` does at most one batch and returns how many it did.

    After an empty step the loop rests for `interval` seconds, or until `wake` tells of something written.
    """

    name: str
    step: Callable[[], int]
    interval: float = 0.1
    wake: Commits | None = None


@dataclass(slots=True)
class Pulse:
    """How one loop fares, in seconds of time.monotonic(). Its thread writes, anybody may read."""

    began: float = math.inf
    """When the step in hand began; infinite while there is none."""
    done: float = -math.inf
    """When a step was last completed; minus infinite before the first."""
    fault: type[Exception] | None = None
    """What is wrong outside of us, as long as the loop waits for it to pass."""
    faults: int = 0
    """How often something outside of us was wrong."""

    def silence(self) -> float:
        """How long no step was completed; infinite before the first."""
        return time.monotonic() - self.done

    def is_stuck(self) -> bool:
        """Whether the step in hand takes longer than anything that it may wait for."""
        return time.monotonic() - self.began > STUCK_SECONDS


class Loops:
    """Runs loops until they are stopped, or one of them dies. `pulses` tells of each by its name."""

    def __init__(self, loops: Sequence[Loop]) -> None:
        self.pulses = {loop.name: Pulse() for loop in loops}
        self._loops = tuple(loops)
        self._stop = threading.Event()
        self._asked = False
        self._dead: list[str] = []
        self._threads = [
            threading.Thread(target=self._run, args=(loop,), name=loop.name, daemon=True) for loop in loops
        ]

    def start(self, on_death: Callable[[], None] = lambda: None) -> None:
        """Start a thread for each loop. `on_death` is called, in the thread, when one dies."""
        self._on_death = on_death
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask all to end after the step in hand, and wait for it, for at most so many seconds in all."""
        self._stop.set()
        for loop in self._loops:
            if loop.wake is not None:
                loop.wake.add()
        give_up = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, give_up - time.monotonic()))
            if thread.is_alive():
                log.warning("loop_left_behind", loop=thread.name)

    def wait(self, heartbeat: Path | None = None) -> int:
        """Block until stopped or dead; returns the exit status.

        The file is touched till then, as long as no step is stuck: an old file tells of one that is.
        """
        while not (self._asked or self._stop.wait(0.2)):
            if heartbeat is not None and not self.is_stuck():
                heartbeat.touch()
        self.stop()
        return 1 if self._dead else 0

    def ask_to_stop(self) -> None:
        """For signal handlers: returns at once; wait() does the rest.

        Setting the event here could wait for ever on its lock, which the interrupted code may be holding.
        """
        self._asked = True

    def is_stopping(self) -> bool:
        """Whether they were asked to end, or one has died: steps in hand are finished, no other begins."""
        return self._asked or self._stop.is_set()

    def is_stuck(self) -> bool:
        """Whether the step that one of them has in hand will never end."""
        return any(pulse.is_stuck() for pulse in self.pulses.values())

    def _run(self, loop: Loop) -> None:
        try:
            self._repeat(loop)
        except BaseException:
            self._dead.append(loop.name)
            log.exception("loop_died", loop=loop.name)
            self._stop.set()
            self._on_death()

    def _repeat(self, loop: Loop) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            # Before the question whether to stop: what is told from here on ends the rest.
            seen = loop.wake.count if loop.wake is not None else 0
            if self._stop.is_set():
                return
            try:
                rest = 0.0 if self._step(loop) else loop.interval
                wait = FIRST_WAIT_SECONDS
            except OUTSIDE_FAULTS as error:
                rest = wait * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
                wait = min(LONGEST_WAIT_SECONDS, wait * 2)
                log.warning("loop_waits", loop=loop.name, seconds=round(rest, 1), why=repr(error))
                self._stop.wait(rest)
                continue
            if loop.wake is not None:
                loop.wake.wait(seen, rest)
            else:
                self._stop.wait(rest)

    def _step(self, loop: Loop) -> int:
        pulse = self.pulses[loop.name]
        pulse.began = time.monotonic()
        try:
            count = loop.step()
        except OUTSIDE_FAULTS as error:
            pulse.fault, pulse.faults = type(error), pulse.faults + 1
            raise
        finally:
            pulse.began = math.inf
        pulse.done, pulse.fault = time.monotonic(), None
        return count
