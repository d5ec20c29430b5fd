"""Passwords, tokens and digests without any secret."""

from orders_service.ports.secrets_ports import AccessToken, CannotUnseal, PasswordPort, SealingPort
from tests.fakes.servicekit.sealing import TurnsAround


class FakePasswords(PasswordPort):
    """Remembers what it was asked to compare with, so that a test can see that it was asked at all."""

    def __init__(self):
        self.compared_with = []

    def hash(self, password):
        return f"hash of {password}"

    def matches(self, password, password_hash):
        self.compared_with.append(password_hash)
        return password_hash == self.hash(password)


def fake_token(staff):
    return AccessToken(f"{staff.username} {staff.role} {staff.store}", 900)


def fake_digest(cpf):
    return f"digest of {cpf.digits}"


def fake_name_digest(username):
    return f"digest of {username}"


class FakeSealing(TurnsAround, SealingPort):
    cannot_unseal = CannotUnseal
