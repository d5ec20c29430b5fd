"""Signing in. What fails is counted, so that passwords cannot be tried for long.

Here by name and address, for a minute; by the use case by name alone, for longer, and over restarts.
"""

import math
from collections.abc import Callable
from typing import Annotated, TypedDict

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RateLimitExceeded

from orders_service.domain.staff_errors import TooManyFailures
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.sign_in_usecase import SignIn
from servicekit.http.auth import anyone
from servicekit.http.documentation import TOO_MANY, Refusal, Words, documented
from servicekit.http.problems import Problem, too_many_requests
from servicekit.http.requests import StrictSchema, StrictString, parse_body
from servicekit.http.stores import current_store

FAILURES_OF_ONE_NAME = "10 per minute"
FAILURES_FROM_ONE_ADDRESS = "100 per minute"
WINDOW_SECONDS = 60


class SignInSchema(StrictSchema):
    """The body of a sign-in."""

    username = StrictString(longest=64, shortest=1, required=True)
    password = StrictString(longest=200, shortest=1, required=True)


SIGN_IN = SignInSchema()


class TokenJson(TypedDict):
    """A bearer token."""

    access_token: str
    token_type: Annotated[str, Words(const="Bearer")]
    expires_in: Annotated[int, "Seconds."]


def auth_blueprint(usecases: UseCases, limiter: Limiter, digest: Callable[[bytes], str]) -> Blueprint:
    """POST /auth/token. Failures are counted under a digest of the name: it may be a CPF by mistake."""
    blueprint = Blueprint("auth", __name__)

    @blueprint.post("/auth/token")
    @anyone
    @documented(
        "Sign in",
        answers={200: TokenJson},
        body=SIGN_IN,
        problems=(
            Refusal(401, "bad-credentials", "Bad credentials"),
            TOO_MANY,
        ),
    )
    def token() -> ResponseReturnValue:
        body = parse_body(SIGN_IN)
        name, address = digest(f"{current_store()}/{body['username']}".encode()), request.remote_addr
        of_one_name = limiter.limit(
            FAILURES_OF_ONE_NAME, key_func=lambda: f"{name}@{address}", deduct_when=_was_refused
        )
        from_one_address = limiter.limit(
            FAILURES_FROM_ONE_ADDRESS, key_func=lambda: f"@{address}", deduct_when=_was_refused
        )
        try:
            with of_one_name, from_one_address:
                pass  # entering is what counts; what the answer was is looked at when it is sent
        except RateLimitExceeded as error:
            raise _too_many(WINDOW_SECONDS) from error
        try:
            signed = usecases.sign_in.execute(SignIn(current_store(), body["username"], body["password"]))
        except TooManyFailures as error:
            raise _too_many(math.ceil(error.wait.total_seconds())) from error
        if signed is None:
            raise Problem(401, "bad-credentials", "Bad credentials", "Name or password are wrong.")
        # The type of a token is no password.
        return jsonify(access_token=signed.text, token_type="Bearer", expires_in=signed.expires_in)  # noqa: S106

    return blueprint


def _too_many(seconds: int) -> Problem:
    """The same for a name that somebody bears and one that nobody does."""
    detail = f"Too many sign-ins failed. Try again in {math.ceil(seconds / 60)} min."
    return too_many_requests(detail, seconds)


def _was_refused(response: Response) -> bool:
    return response.status_code == 401  # noqa: PLR2004 - Unauthorized
