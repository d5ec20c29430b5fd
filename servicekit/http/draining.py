"""Whether this process is about to end: it still answers, and wants no more requests led to it."""

import threading

_draining = threading.Event()


def begin_draining() -> None:
    """From now on the process says that it is not ready. Not for signal handlers: it takes a lock."""
    _draining.set()


def is_draining() -> bool:
    """Whether the process was asked to end."""
    return _draining.is_set()
