"""Failures are counted by the client's address: whose that is, a client has no say in."""

import pytest

from tests.fakes.orders_service.composed import composed
from tests.integration.orders_service.conftest import Shop

TOO_MANY = 10
"""Sign-ins of one name that may fail from one address."""


def shop_behind(sqlite_url, clock, proxies):
    return Shop(composed(sqlite_url, clock, trusted_proxies=proxies), clock)


def fail_to_sign_in(shop, forwarded_for):
    body = {"username": "gerente", "password": "wrong"}
    return shop.http.post("/auth/token", json=body, headers={"X-Forwarded-For": forwarded_for}).status_code


@pytest.mark.parametrize(
    ("proxies", "forged"),
    [(0, "203.0.113.{}"), (1, "203.0.113.{}, 198.51.100.7")],
    ids=["without proxies", "behind one, which adds the true address"],
)
def test_a_forged_address_is_no_other_client(sqlite_url, clock, proxies, forged):
    shop = shop_behind(sqlite_url, clock, proxies)
    statuses = [fail_to_sign_in(shop, forged.format(number)) for number in range(TOO_MANY + 1)]
    assert statuses == [401] * TOO_MANY + [429]


def test_clients_behind_a_proxy_are_told_apart(sqlite_url, clock):
    shop = shop_behind(sqlite_url, clock, 1)
    for _ in range(TOO_MANY):
        fail_to_sign_in(shop, "203.0.113.1")
    assert fail_to_sign_in(shop, "203.0.113.1") == 429
    other = {"X-Forwarded-For": "203.0.113.2"}
    cook = {"username": "cozinha", "password": "cozinha"}
    assert shop.http.post("/auth/token", json=cook, headers=other).status_code == 200
