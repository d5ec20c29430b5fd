"""What customers meet on their way, and how they are told."""

from collections import Counter

import requests

from servicekit.database.patience import MAX_WAIT_SECONDS

COME_AGAIN = {503, 504}
"""What may be said to whoever asks, in a problem document that says when to come again."""
MARGIN_SECONDS = 2
"""By which an answer may be later than what it waited for, on a loaded machine."""


class Troubles(Counter[str]):
    """How often something went wrong: by status from 500 on, or by the name of the error.

    `longest` is how long the slowest answer took, in seconds. `unkind` are the answers from 500 on that
    leave a program in the dark: not a problem document, or without word of when to come again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self.unkind: list[str] = []

    def hear(self, answer: requests.Response) -> None:
        """Take note of an answer."""
        self.longest = max(self.longest, answer.elapsed.total_seconds())
        if answer.status_code < 500:
            return
        self[str(answer.status_code)] += 1
        problem = answer.headers.get("Content-Type") == "application/problem+json"
        if answer.status_code not in COME_AGAIN or not problem or "Retry-After" not in answer.headers:
            self.unkind.append(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}")

    def assert_bearable(self) -> None:
        """Nobody waited longer than anybody may wait, and whoever was refused was told when to come again."""
        assert self.unkind == []
        assert set(self) <= {"503"}
        assert self.longest < MAX_WAIT_SECONDS + MARGIN_SECONDS
