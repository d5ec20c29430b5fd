"""Who may do what: signed tokens, and a policy declared on every view.

Tokens are JWTs signed with Ed25519 (RFC 8037), checked as RFC 8725 advises: one algorithm, required claims.
Each names its key (`kid`, the thumbprint of RFC 7638), so that keys can be rotated with nobody thrown out.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from flask import Flask, g, request

from servicekit.http.problems import Problem
from servicekit.http.stores import current_store

ALGORITHM = "EdDSA"
ISSUER = "comanda"
AUDIENCE = "comanda-api"
CLOCK_SKEW_SECONDS = 30
EVERY_STORE = "*"
"""The store claim of staff that belong to no single store."""

ViewT = TypeVar("ViewT", bound=Callable[..., Any])


class BadKey(Exception):
    """The text is not an Ed25519 key in PEM form."""


class UndeclaredPolicy(Exception):
    """A route says nothing of who may call it."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls, with one role in one store; and until when, where a token says it."""

    subject: str
    role: str
    store: str
    expires_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route: anybody, or the roles named; `signed` where the view checks a signature."""

    roles: frozenset[str] | None
    signed: bool = False


class TokenIssuer:
    """Signs tokens. Raises BadKey when made with anything but an Ed25519 private key."""

    def __init__(self, private_pem: str, lifetime_seconds: int) -> None:
        try:
            key = load_pem_private_key(private_pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadKey(str(error)) from error
        if not isinstance(key, Ed25519PrivateKey):
            message = "not an Ed25519 private key"
            raise BadKey(message)
        self._key = key
        self._headers = {"kid": thumbprint(key.public_key())}
        self.lifetime_seconds = lifetime_seconds

    def issue(self, principal: Principal, now: datetime) -> str:
        """A token for the principal, valid from now for the lifetime."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": principal.subject,
            "role": principal.role,
            "store": principal.store,
            "iat": now,
            "nbf": now,
            "exp": now + timedelta(seconds=self.lifetime_seconds),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers=self._headers)


class TokenVerifier:
    """Checks tokens with public keys. Raises BadKey when made with anything else.

    `accepted_pems` are further keys than the current one, one after the other: of tokens that were signed
    before a rotation, or that others sign already. What has no `kid` is from before there was more than one.
    """

    def __init__(self, public_pem: str, accepted_pems: str = "") -> None:
        self._current = _public_key(public_pem)
        further = [_public_key(pem) for pem in _split(accepted_pems)]
        self._keys = {thumbprint(key): key for key in (self._current, *further)}

    def verify(self, token: str) -> Principal:
        """The principal that the token speaks of. Raises Problem 401."""
        required = ["iss", "aud", "sub", "role", "store", "exp", "nbf"]
        try:
            claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": required},
            )
        except (jwt.InvalidTokenError, KeyError, RecursionError) as error:
            raise _unauthorized("The token is not valid, or no longer.") from error
        if not isinstance(claims["role"], str) or not isinstance(claims["store"], str):
            raise _unauthorized("The token is not valid, or no longer.")
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
        return Principal(claims["sub"], claims["role"], claims["store"], expires_at)

    def _key_of(self, token: str) -> Ed25519PublicKey:
        kid = jwt.get_unverified_header(token).get("kid")
        return self._current if kid is None else self._keys[kid]


def thumbprint(key: Ed25519PublicKey) -> str:
    """What a token calls its key: a digest of its required members by name (RFC 7638, RFC 8037)."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    members = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _base64url(raw)}, separators=(",", ":"))
    return _base64url(hashlib.sha256(members.encode()).digest())


def anyone(view: ViewT) -> ViewT:
    """Policy: nothing needs to be shown; an id in the path is the capability."""
    return _declare(view, Policy(None))


def roles(*names: str) -> Callable[[ViewT], ViewT]:
    """Policy: a bearer token with one of the roles, of the store that the request is about."""
    return lambda view: _declare(view, Policy(frozenset(names)))


def signed_by_sender(view: ViewT) -> ViewT:
    """Policy: no token; the view itself checks the sender's signature."""
    return _declare(view, Policy(None, signed=True))


def install_auth(app: Flask, verifier: TokenVerifier) -> None:
    """Enforce the policy of every route. Raises UndeclaredPolicy; for a later route, when it is called."""
    undeclared = [rule.rule for rule in app.url_map.iter_rules() if _policy_of(app, rule.endpoint) is None]
    if undeclared:
        raise UndeclaredPolicy(", ".join(sorted(undeclared)))

    def enforce() -> None:
        g.principal = None
        policy = _policy_of(app, request.endpoint)
        header = request.headers.get("Authorization")
        if header is not None:
            g.principal = verifier.verify(_bearer(header))
        if policy is None:
            if request.url_rule is not None:
                raise UndeclaredPolicy(request.url_rule.rule)
        elif policy.roles is not None:
            _require(g.principal, policy.roles)

    app.before_request(enforce)


def current_principal() -> Principal | None:
    """Who calls; None for whoever shows no token."""
    principal: Principal | None = g.principal
    return principal


def current_staff() -> Principal:
    """Who calls a view that asks for a role."""
    principal: Principal = g.principal
    return principal


def has_role_here(*names: str) -> bool:
    """Whether the caller has one of the roles in the store that the request is about."""
    principal = current_principal()
    return (
        principal is not None
        and principal.role in names
        and principal.store in {current_store(), EVERY_STORE}
    )


def _require(principal: Principal | None, allowed: frozenset[str]) -> None:
    if principal is None:
        raise _unauthorized("This needs a bearer token.")
    if principal.role not in allowed:
        raise Problem(403, "forbidden", "Forbidden", f"This needs the role {' or '.join(sorted(allowed))}.")
    if principal.store not in {current_store(), EVERY_STORE}:
        raise Problem(403, "forbidden", "Forbidden", "The token is of another store.")


def _public_key(pem: str) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey(str(error)) from error
    if not isinstance(key, Ed25519PublicKey):
        message = "not an Ed25519 public key"
        raise BadKey(message)
    return key


def _split(pems: str) -> list[str]:
    """One text for each key; what stands between them is refused as one."""
    return [pem for pem in re.split(r"(?<=-----END PUBLIC KEY-----)\s*", pems.strip()) if pem]


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _declare(view: ViewT, policy: Policy) -> ViewT:
    view.__dict__["policy"] = policy
    return view


def _policy_of(app: Flask, endpoint: str | None) -> Policy | None:
    view = app.view_functions.get(endpoint or "")
    policy: Policy | None = getattr(view, "policy", None)
    return policy


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorized("The Authorization header is not a bearer token.")
    return token.strip()


def _unauthorized(detail: str) -> Problem:
    return Problem(401, "unauthorized", "Unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})
