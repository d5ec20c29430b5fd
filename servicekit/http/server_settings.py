"""What the environment decides of a web process, whichever service it is.

Gunicorn itself reads two more: PORT, and WEB_CONCURRENCY, which is how many processes share it.
"""

from dataclasses import dataclass

from servicekit.settings import SettingsError, setting

LONGEST_REQUEST_LINE = 8190
"""Bytes; the most that gunicorn can be told to read. Past it, it answers by itself, with a page of HTML."""


@dataclass(frozen=True)
class ServerSettings:
    """The settings of a server of gunicorn's. Raises SettingsError when made of what does not fit."""

    threads: int = setting("THREADS", default=16, meaning="requests that one process serves at once")
    drain_seconds: float = setting(
        "DRAIN_SECONDS",
        default=0.0,
        meaning="how long a process that is to end still takes requests, while it says that it is not ready",
    )
    graceful_seconds: int = setting(
        "GRACEFUL_SECONDS",
        default=20,
        meaning="how long requests under way have to end, from the signal on, DRAIN_SECONDS included",
    )

    def __post_init__(self) -> None:
        wrong = []
        if self.threads < 1:
            wrong.append("THREADS is not above 0")
        if not 0 <= self.drain_seconds < self.graceful_seconds:
            wrong.append("DRAIN_SECONDS is not from 0 to below GRACEFUL_SECONDS, which ends the process")
        if wrong:
            raise SettingsError("; ".join(wrong))
