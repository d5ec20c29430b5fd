"""The composed service for tests: real parts over a database of the test, and a provider in memory."""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from payment_service.bootstrap import build
from payment_service.domain.provider_account import collector_of
from payment_service.settings import Settings
from servicekit.database.database import Database
from tests.builders.payment_service import NOW
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.fakes.servicekit.copies import prepared

SECRET = "between the provider and us"


def a_key_pair():
    """(private, public) in PEM form."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


PRIVATE_KEY, PUBLIC_KEY = a_key_pair()


def some_settings(database_url, **changes):
    defaults = {
        "jwt_public_key": PUBLIC_KEY,
        "public_url": "https://comanda.example/",
        "mercado_pago_webhook_secret": SECRET,
    }
    return Settings(database_url=database_url, **{**defaults, **changes})


class StoppedClock:
    """The database's clock, moved by hand."""

    def __init__(self):
        self.now = NOW

    def __call__(self, _connection):
        return self.now


def composed(database_url, clock=None, gateway=None, **changes):
    """A container over a migrated database."""
    database = Database(database_url, clock=clock) if clock is not None else Database(database_url)
    settings = some_settings(database_url, **changes)
    gateway = gateway or FakePaymentGateway()
    gateway.collector = collector_of(settings.mercado_pago_access_token)
    container = build(settings, database=database, make_gateway=gateways_of(gateway))
    prepared(database, "payments", container.migrate)
    return container


def gateways_of(gateway):
    """The one is the platform's; of a store's account, the one that it has by the account's token."""
    return lambda account: gateway.others.get(account.access_token, gateway)


def signed(resource_id, now, *, secret=SECRET, request_id="request-1"):
    """The headers of a notice that the provider has just signed."""
    ts = int(now.timestamp())
    manifest = f"id:{resource_id};request-id:{request_id};ts:{ts};"
    v1 = hmac.new(secret.encode(), manifest.encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": f"ts={ts},v1={v1}", "X-Request-Id": request_id}
