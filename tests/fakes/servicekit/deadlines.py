import threading
import time
from collections.abc import Callable
from typing import TypeVar

ResultT = TypeVar("ResultT")


def eventually(condition: Callable[[], ResultT], within: float = 20) -> ResultT:
    """Returns what the condition returns once that is true; fails when the deadline (seconds) passes."""
    deadline = time.monotonic() + within
    while not (result := condition()):
        assert time.monotonic() < deadline, "it did not come about in time"
        threading.Event().wait(0.01)
    return result


class Work(threading.Thread):
    """A call in a thread of its own; `result` waits for it, with a deadline, and raises what it raised."""

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self._returned: object = None
        self._raised: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._returned = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._raised = error

    def result(self, within: float = 20) -> object:
        self.join(within)
        assert not self.is_alive(), "it is still at work"
        if self._raised is not None:
            raise self._raised
        return self._returned
