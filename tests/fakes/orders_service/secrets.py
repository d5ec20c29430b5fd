"""Passwords, tokens and digests without any secret."""

from orders_service.ports.secrets_ports import AccessToken, CannotUnseal, PasswordPort, SealingPort


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


class FakeSealing(SealingPort):
    """Turns texts around, behind the name of the newest of its keys."""

    def __init__(self, *keys):
        self.keys = keys or ("key",)

    def seal(self, text):
        return f"{self.keys[0]}:{text[::-1]}"

    def unseal(self, sealed):
        key, _, text = sealed.partition(":")
        if key not in self.keys:
            raise CannotUnseal
        return text[::-1]

    def seal_again(self, sealed):
        return self.seal(self.unseal(sealed))
