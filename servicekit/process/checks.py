"""Whether a process's loops are well, as checks of its health: each raises what is wrong."""

from collections.abc import Sequence

from pika.exceptions import AMQPError

from servicekit.http.health import Check
from servicekit.messaging.relay import PublisherUnavailable
from servicekit.worker import Loops

BROKER_FAULTS = (AMQPError, PublisherUnavailable, OSError)
BROKER_SILENCE_SECONDS = 30
"""With the consumer's probes, a half-open connection passes for less than two heartbeats."""


class NotWell(Exception):
    """What is wrong."""


def broker_works(loops: Loops, carriers: Sequence[str]) -> Check:
    """Each of these loops, which speak with the broker, has come round lately and finds it there."""

    def check() -> None:
        for name in carriers:
            pulse = loops.pulses[name]
            if pulse.fault is not None and issubclass(pulse.fault, BROKER_FAULTS):
                raise NotWell(f"{name} waits because of {pulse.fault.__name__}")
            if pulse.silence() > BROKER_SILENCE_SECONDS:
                raise NotWell(f"{name} has been silent for {pulse.silence():.0f} s")

    return check


def not_stopping(loops: Loops) -> Check:
    """Work is still begun."""

    def check() -> None:
        if loops.is_stopping():
            raise NotWell("it was asked to end, or a loop has died")

    return check


def not_stuck(loops: Loops) -> Check:
    """No step takes longer than anything that it may wait for."""

    def check() -> None:
        if loops.is_stuck():
            raise NotWell("a step does not end")

    return check
