"""Everybody who may try a door: with a token of each role in each store, with a bad one, and without any."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt

from servicekit.http.auth import ALGORITHM, AUDIENCE, ISSUER, Principal, TokenIssuer
from tests.fakes.orders_service.composed import PRIVATE_KEY, a_key_pair

HOUR = 3600


@dataclass(frozen=True)
class Caller:
    """Who calls. `store` is the one they work in, `*` for all; a `bad` token is worth less than none."""

    name: str
    token: str | None = None
    role: str | None = None
    store: str | None = None
    bad: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}


MANAGER = Principal("gerente", "manager", "default")


def _staff(role: str, store: str) -> Caller:
    principal = Principal(f"somebody-{role}", role, store)
    token = TokenIssuer(PRIVATE_KEY, HOUR).issue(principal, datetime.now(UTC))
    return Caller(f"{role} of {store}", token, role, store)


def _claims(**changes: object) -> dict[str, object]:
    now = datetime.now(UTC)
    usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": "gerente", "role": "manager", "store": "default"}
    return {**usual, "iat": now, "nbf": now, "exp": now + timedelta(seconds=HOUR), **changes}


CALLERS = (
    Caller("nobody"),  # and so every customer: what they know is the id of what is theirs
    *(_staff(role, store) for store in ("default", "other") for role in ("kitchen", "manager")),
    _staff("admin", "*"),
    Caller("forger", TokenIssuer(a_key_pair()[0], HOUR).issue(MANAGER, datetime.now(UTC)), bad=True),
    Caller(
        "manager of yesterday",
        TokenIssuer(PRIVATE_KEY, HOUR).issue(MANAGER, datetime.now(UTC) - timedelta(days=1)),
        bad=True,
    ),
    Caller(
        "manager elsewhere",
        jwt.encode(_claims(aud="another-api"), PRIVATE_KEY, algorithm=ALGORITHM),
        bad=True,
    ),
)
