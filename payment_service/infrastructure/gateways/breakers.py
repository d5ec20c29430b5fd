"""Breakers between us and the provider: where one kind of call fails again and again, it rests.

pybreaker keeps count and state. It would hold its lock for as long as a call takes, so that calls of a kind
would follow one another; here it is only told what came of them.
"""

import math
import threading
from collections.abc import Callable
from contextlib import suppress

import structlog
from prometheus_client import Gauge
from pybreaker import (
    STATE_CLOSED,
    STATE_OPEN,
    CircuitBreaker,
    CircuitBreakerListener,
    CircuitBreakerState,
)

FAULTS_THAT_OPEN = 5
"""In a row. One call in five that succeeds shows that asking is not in vain."""
REST_SECONDS = 15
"""How long an open breaker lets nothing through; then one call goes to see."""

_open = Gauge(
    "comanda_provider_breakers_open",
    "Accounts whose calls of this kind are not made for now, since they kept failing.",
    ["operation"],
    multiprocess_mode="livesum",
)
log = structlog.get_logger(__name__)


class _Fault(Exception):
    """What the breaker counts."""


class Breaker(CircuitBreakerListener):
    """One kind of call to one account, for any number of threads. `clock` gives seconds that only grow."""

    def __init__(self, operation: str, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.RLock()
        self._not_before = -math.inf
        self._gauge = _open.labels(operation)
        self._machine = CircuitBreaker(
            fail_max=FAULTS_THAT_OPEN, name=operation, listeners=[self], throw_new_error_on_trip=False
        )

    def wait(self) -> int:
        """In how many seconds to come again; 0: make the call now, and tell what came of it.

        While the breaker is open, one caller after each rest is let through.
        """
        with self._lock:
            now = self._clock()
            if now < self._not_before:
                return math.ceil(self._not_before - now)
            if self._machine.current_state != STATE_CLOSED:
                self._machine.half_open()
                self._not_before = now + REST_SECONDS  # even if this caller never tells
            return 0

    def answered(self, retry_after: int = 0) -> None:
        """The provider is there, whatever it said; it may want to be left alone for so many seconds."""
        with self._lock:
            if self._machine.current_state != STATE_OPEN:
                self._machine.call(lambda: None)
            self._not_before = max(self._not_before, self._clock() + retry_after)

    def failed(self) -> None:
        """There was no answer, or none that makes sense. What was under way at the opening counts no more."""
        with self._lock, suppress(_Fault):
            if self._machine.current_state != STATE_OPEN:
                self._machine.call(_fail)

    def state_change(
        self, cb: CircuitBreaker, old_state: CircuitBreakerState | None, new_state: CircuitBreakerState
    ) -> None:
        """It opened, lets one through, or closed."""
        if new_state.name == STATE_OPEN:
            self._not_before = self._clock() + REST_SECONDS
            if old_state is not None and old_state.name == STATE_CLOSED:
                self._gauge.inc()
                log.error("provider_breaker_opened", operation=cb.name)
        elif new_state.name == STATE_CLOSED:
            self._not_before = -math.inf
            self._gauge.dec()
            log.warning("provider_breaker_closed", operation=cb.name)


class Breakers:
    """The breakers of one account, by the kind of call."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = {}

    def of(self, operation: str) -> Breaker:
        """The one for this kind of call."""
        with self._lock:
            if operation not in self._breakers:
                self._breakers[operation] = Breaker(operation, self._clock)
            return self._breakers[operation]


def _fail() -> None:
    raise _Fault
