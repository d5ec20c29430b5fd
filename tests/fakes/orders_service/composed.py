"""The composed service for tests: real parts, but for passwords and drawings that cost no time."""

from dataclasses import replace

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from orders_service.bootstrap import build
from orders_service.settings import Settings
from servicekit.database.database import Database
from tests.builders.orders_service import NOON
from tests.fakes.orders_service.images import FakeArtist
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.servicekit.copies import prepared


def a_key_pair():
    """(private, public) in PEM form."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


PRIVATE_KEY, PUBLIC_KEY = a_key_pair()
SEALING_KEY = Fernet.generate_key().decode()


def some_settings(database_url, **changes):
    defaults = {
        "jwt_private_key": PRIVATE_KEY,
        "jwt_public_key": PUBLIC_KEY,
        "public_url": "https://comanda.example",
        "demo_data": True,
    }
    return Settings(database_url=database_url, **{**defaults, **changes})


class StoppedClock:
    """The database's clock, moved by hand."""

    def __init__(self):
        self.now = NOON

    def __call__(self, _connection):
        return self.now


def composed(database_url, clock=None, **changes):
    """A container over a migrated database, with the demonstration loaded unless the settings say no."""
    settings = some_settings(database_url, **changes)
    database = Database(database_url, clock=clock) if clock is not None else Database(database_url)
    container = build(settings, database=database, passwords=FakePasswords(), artist=FakeArtist())
    # What is prepared depends on the settings, and tells the time at which it was.
    likeness = ("orders", replace(settings, database_url=""), clock and clock(None))
    prepared(database, likeness, container.prepare)
    return container
