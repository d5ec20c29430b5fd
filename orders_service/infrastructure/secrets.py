"""Passwords, tokens and digests for real."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from orders_service.domain.cpf import Cpf
from orders_service.domain.staff import Role, Staff
from orders_service.ports.secrets_ports import AccessToken, PasswordPort
from servicekit.http.auth import EVERY_STORE, Principal, TokenIssuer


class Argon2Passwords(PasswordPort):
    """argon2id, with the parameters of RFC 9106 for little memory (the library's own)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys_hash = self._hasher.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """With a salt of its own."""
        return self._hasher.hash(password)

    def matches(self, password: str, password_hash: str | None) -> bool:
        """Nobody's hash matches no password, and takes as long as anybody's."""
        try:
            self._hasher.verify(password_hash or self._nobodys_hash, password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None


class SignedTokens:
    """Tokens that whoever has the public key can check."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self._issuer = issuer

    def __call__(self, staff: Staff) -> AccessToken:
        """For this member of staff, from now; an admin's is good in every store."""
        store = EVERY_STORE if staff.role is Role.ADMIN else staff.store
        principal = Principal(staff.username, staff.role.value, store)
        token = self._issuer.issue(principal, datetime.now(UTC))
        return AccessToken(token, self._issuer.lifetime_seconds)


class KeyedCpfDigest:
    """HMAC-SHA-256: without the key, the eleven digits cannot be found by trying them all."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def __call__(self, cpf: Cpf) -> str:
        """Of the digits."""
        return hmac.new(self._key, cpf.digits.encode(), hashlib.sha256).hexdigest()


class KeyedNameDigest:
    """The same of what somebody typed as a username, which may have been a CPF."""

    def __init__(self, key: str) -> None:
        self._key = hmac.digest(key.encode(), b"usernames", "sha256")

    def __call__(self, username: str) -> str:
        """Of 64 characters."""
        return hmac.digest(self._key, username.encode(), "sha256").hex()
