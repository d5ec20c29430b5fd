"""More calls than an account may make are refused until later."""

import threading
import time

from flask import Response

from fake_checkout.domain.switches import Switches
from fake_checkout.domain.token_bucket import TokenBucket
from fake_checkout.entrypoints.rest.authentication import caller
from fake_checkout.entrypoints.rest.provider_errors import provider_error

TOO_MANY = 429


class Buckets:
    """One for each account, of this process."""

    def __init__(self) -> None:
        self._buckets: dict[int, TokenBucket] = {}
        self._guard = threading.Lock()

    def refusal(self, switches: Switches) -> Response | None:
        """What a call is answered that is one too many; None where it may come in."""
        if switches["calls_a_minute"] == "unlimited":
            return None
        most, now, collector_id = int(switches["calls_a_minute"]), time.monotonic(), caller().collector_id
        with self._guard:
            bucket = self._buckets.get(collector_id)
            if bucket is None or bucket.calls_a_minute != most:
                bucket = TokenBucket(most, most, now)
            bucket = bucket.filled(now)
            left = bucket.taken()
            self._buckets[collector_id] = left or bucket
        return None if left else too_many(bucket.retry_after)


def too_many(retry_after: int) -> Response:
    """The provider's words for it. `retry_after` in seconds."""
    response = provider_error(TOO_MANY, "Too many requests")
    response.headers["Retry-After"] = str(retry_after)
    return response
