"""A signal inside one process: something was written. Loops rest on it rather than ask over and over."""

import threading


class Commits:
    """Counts the commits that changed something."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    @property
    def count(self) -> int:
        """How many there were; to be read before looking for work, and handed to wait()."""
        return self._count

    def add(self) -> None:
        """There is one more: wake everybody."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return as soon as there are more than were seen, or when the time is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, seconds)
