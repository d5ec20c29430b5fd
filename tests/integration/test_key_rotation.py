"""Keys are rotated by configuration, service by service, and nobody who is signed in notices."""

import pytest

from orders_service.entrypoints.rest.app import create_app as create_orders_app
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from servicekit.http.auth import BadKey
from tests.fakes.orders_service import composed as orders
from tests.fakes.payment_service import composed as payments

OLD_PRIVATE, OLD = orders.a_key_pair()
NEW_PRIVATE, NEW = orders.a_key_pair()


class System:
    """Both services over their databases, started anew with other settings."""

    def __init__(self, folder):
        self.urls = [f"sqlite:///{folder / name}.sqlite3" for name in ("orders", "payments")]
        self.containers = []

    def start_orders(self, private, public, accepted=""):
        keys = {"jwt_private_key": private, "jwt_public_key": public, "jwt_accepted_public_keys": accepted}
        container = orders.composed(self.urls[0], **keys)
        self.containers.append(container)
        self.orders = create_orders_app(container).test_client()

    def start_payments(self, public, accepted=""):
        keys = {"jwt_public_key": public, "jwt_accepted_public_keys": accepted}
        container = payments.composed(self.urls[1], **keys)
        self.containers.append(container)
        self.payments = create_payments_app(container).test_client()

    def sign_in(self):
        body = {"username": "gerente", "password": "gerente"}
        return self.orders.post("/auth/token", json=body).json["access_token"]

    def works_with(self, token):
        """What each service answers to somebody who shows the token."""
        headers = {"Authorization": f"Bearer {token}"}
        services = ((self.orders, "/orders"), (self.payments, "/payments"))
        return [service.get(path, headers=headers).status_code for service, path in services]


@pytest.fixture
def system(tmp_path):
    system = System(tmp_path)
    system.start_orders(OLD_PRIVATE, OLD)
    system.start_payments(OLD)
    yield system
    for container in system.containers:
        container.database.dispose()


def test_nobody_is_thrown_out_while_keys_are_rotated(system):
    tokens = [system.sign_in()]
    for step in (
        lambda: system.start_payments(OLD, accepted=NEW),
        lambda: system.start_orders(OLD_PRIVATE, OLD, accepted=NEW),
        lambda: system.start_orders(NEW_PRIVATE, NEW, accepted=OLD),
        lambda: system.start_payments(NEW, accepted=OLD),
    ):
        step()
        tokens.append(system.sign_in())
        for token in tokens:
            assert system.works_with(token) == [200, 200]


def test_what_the_old_key_signed_is_worth_nothing_once_it_is_no_longer_accepted(system):
    before = system.sign_in()
    system.start_orders(NEW_PRIVATE, NEW)
    system.start_payments(NEW)

    assert system.works_with(before) == [401, 401]
    assert system.works_with(system.sign_in()) == [200, 200]


def test_an_accepted_key_that_is_none_does_not_start(system):
    with pytest.raises(BadKey):
        system.start_payments(OLD, accepted="no key")
