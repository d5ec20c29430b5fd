"""How often one address may find out whether a CPF is registered.

Whoever asks by CPF learns that, whether they greet, register or check out. A row of kiosks behind one address
comes nowhere near the limit; somebody with a list of CPFs does.
"""

from collections.abc import Callable
from typing import Final

from flask import Response
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from servicekit.http.problems import too_many_requests

ATTEMPTS: Final = "60 per minute"
WINDOW_SECONDS = 60
SCOPE = "identification"


class IdentificationLimit:
    """One count for all doors, all stores, and both forms of their paths."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    def count(self) -> None:
        """This request is an attempt. Raises Problem 429."""
        self._check(None)

    def count_if_answered(self, slug: str) -> None:
        """This request is an attempt where its answer is the problem of that name. Raises Problem 429."""
        self._check(lambda response: response.status_code >= 400 and _is(response, slug))  # noqa: PLR2004 - errors

    def _check(self, deduct_when: Callable[[Response], bool] | None) -> None:
        limit = self._limiter.shared_limit(
            ATTEMPTS, scope=SCOPE, key_func=get_remote_address, deduct_when=deduct_when
        )
        try:
            with limit:
                pass  # entering is what counts
        except RateLimitExceeded as error:
            raise too_many_requests(
                "Too many attempts to identify somebody. Try again in a minute.", WINDOW_SECONDS
            ) from error


def _is(response: Response, slug: str) -> bool:
    problem = response.get_json(force=True, silent=True)
    return isinstance(problem, dict) and problem.get("type") == f"/problems/{slug}"
