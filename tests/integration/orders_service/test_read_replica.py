"""The catalogue over a real streaming replica of PostgreSQL: while it lags, and while either is gone."""

import math
import signal
import time
from contextlib import ExitStack

import psycopg
import pytest
from structlog.testing import capture_logs

from orders_service.bootstrap import build
from orders_service.entrypoints.rest.app import create_app
from servicekit.database import replica
from servicekit.database.replica import seconds_behind
from tests.conftest import fresh_database
from tests.fakes.orders_service.composed import some_settings
from tests.fakes.orders_service.images import FakeArtist
from tests.fakes.orders_service.secrets import FakePasswords
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.tcp_proxy import TcpProxy
from tests.servers.catalogue import nothing_may_be_skipped, why_missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.replica import ReplicaServer

LAG_SECONDS = 2
ALL_WELL = dict.fromkeys(("orders-database", "orders-migrations", "orders-replica"), "ok")
SOON = 1.5
"""Seconds within which an answer comes from the server that is there, on a loaded machine."""
UNHEARD = replica.QUICK_SECONDS + SOON
"""Seconds within which a server that says nothing is given up."""


class Shop:
    """The service over both servers; each one's way to the primary can be closed or fall silent."""

    def __init__(self, primary, copy, stream, stack):
        self.primary, self.copy, self.stream = primary, copy, stream
        self.hangs_up_after(LAG_SECONDS)
        database = stack.enter_context(fresh_database(primary.address))
        self.name = database.rpartition("/")[2]
        self.way = stack.enter_context(TcpProxy(database))
        copied = f"{copy.address.rpartition('/')[0]}/{self.name}"
        settings = some_settings(
            self.way.url, database_replica_url=copied, database_replica_lag_seconds=LAG_SECONDS
        )
        self.container = build(settings, passwords=FakePasswords(), artist=FakeArtist())
        stack.callback(self.container.database.dispose)
        stack.callback(self.container.replica_database.dispose)
        self.container.prepare()
        self.http = create_app(self.container).test_client()
        signed_in = self.http.post("/auth/token", json={"username": "gerente", "password": "gerente"})
        self.manager = {"Authorization": f"Bearer {signed_in.json['access_token']}"}
        eventually(lambda: self.readiness() == ALL_WELL)
        product = self.http.get("/products").json["items"][0]
        self.product, self.image = f"/products/{product['id']}", product["image_url"].partition("/images/")[2]

    @property
    def catalogue(self):
        return [
            "/products", "/products/category/lanche", self.product, "/categories", f"/images/{self.image}",
            "/stores", "/stores/default", "/stores/default/products",
        ]  # fmt: skip

    def readiness(self):
        answer = self.http.get("/health/ready")
        assert answer.status_code == (503 if "failed" in answer.json["checks"].values() else 200)
        return answer.json["checks"]

    def price(self, **headers):
        return self.http.get(self.product, headers=headers).json["price"]

    def reprice(self, price):
        return self.http.patch(self.product, json={"price": price}, headers=self.manager)

    def answers_all(self, within=SOON):
        for path in self.catalogue:
            began = time.monotonic()
            answer = self.http.get(path)
            assert (path, answer.status_code) == (path, 200)
            assert time.monotonic() - began < within, path

    def hangs_up_after(self, seconds):
        self.on_copy(f"ALTER SYSTEM SET wal_receiver_timeout = '{seconds}s'")
        self.on_copy("SELECT pg_reload_conf()")

    def on_copy(self, statement):
        with psycopg.connect(self.copy.address, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def shop():
    reason = why_missing(PostgresqlServer)
    if reason and not nothing_may_be_skipped():
        pytest.skip(reason)
    with ExitStack() as stack:
        primary = PostgresqlServer()
        stack.callback(primary.stop)
        primary.start()
        stream = stack.enter_context(TcpProxy(primary.address))
        copy = ReplicaServer(primary, stream.url)
        stack.callback(copy.stop)
        copy.start()
        yield Shop(primary, copy, stream, stack)


@pytest.fixture(autouse=True)
def _short_rests(monkeypatch, shop):
    monkeypatch.setattr(replica, "REST_SECONDS", 1)
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.1)
    eventually(lambda: shop.readiness() == ALL_WELL)


@pytest.fixture(autouse=True)
def _no_tracebacks_on_the_screen():
    """To draw one takes as long as a server's start."""
    with capture_logs():
        yield


@pytest.fixture
def paused(shop):
    """The replica receives what the primary says, and shows nothing of it."""
    shop.on_copy("SELECT pg_wal_replay_pause()")
    yield
    shop.on_copy("SELECT pg_wal_replay_resume()")


@pytest.mark.usefixtures("paused")
def test_anybody_reads_the_replica_and_staff_what_they_have_just_changed(shop):
    before = shop.price()
    changed = shop.reprice("11.00")
    assert (changed.json["price"], shop.price()) == ("11.00", before)
    assert shop.price(**shop.manager) == "11.00"
    seen = {**shop.manager, "If-Match": shop.http.get(shop.product, headers=shop.manager).headers["ETag"]}
    assert shop.http.patch(shop.product, json={"price": "12.00"}, headers=seen).status_code == 200


@pytest.mark.usefixtures("paused")
def test_what_is_new_is_found_before_the_replica_has_it(shop):
    new = {"name": "X-Tudo", "description": "", "category": "lanche", "price": "30.00"}
    created = shop.http.post("/products", json=new, headers=shop.manager)
    assert shop.http.get(created.headers["Location"]).json["name"] == "X-Tudo"


@pytest.mark.usefixtures("paused")
def test_a_replica_that_stays_behind_is_not_asked(shop):
    shop.reprice("13.00")
    eventually(lambda: shop.price() == "13.00")
    assert shop.readiness() == ALL_WELL | {"orders-replica": "degraded"}


def test_a_replica_whose_primary_has_nothing_to_say_is_as_new_as_ever(shop):
    shop.reprice("14.00")
    eventually(lambda: shop.price() == "14.00")
    idle_until = time.monotonic() + LAG_SECONDS + 0.5
    eventually(lambda: time.monotonic() > idle_until)
    assert shop.readiness() == ALL_WELL


@pytest.mark.parametrize("timeout", [LAG_SECONDS, 60])
def test_a_replica_that_may_have_lost_its_primary_is_not_asked(shop, timeout):
    shop.hangs_up_after(timeout)
    shop.stream.mute()
    try:
        price = f"{timeout}.50"
        shop.reprice(price)
        eventually(lambda: shop.price() == price)
        assert shop.readiness() == ALL_WELL | {"orders-replica": "degraded"}
    finally:
        shop.stream.unmute()
        shop.hangs_up_after(LAG_SECONDS)


def test_a_primary_is_no_replica(shop):
    assert seconds_behind(shop.container.database) == math.inf


def test_with_the_primary_killed_the_catalogue_is_served_and_nothing_is_sold(shop):
    shop.primary.halt(signal.SIGKILL)
    try:
        shop.answers_all()
        both = dict.fromkeys(("orders-database", "orders-replica"), "degraded")
        eventually(lambda: shop.readiness() == ALL_WELL | both)
        shop.answers_all()
        assert shop.http.get(f"/products/{'0' * 8}-0000-7000-8000-{'0' * 12}").status_code == 404
        order = {"items": [{"product_id": shop.product.rpartition("/")[2], "quantity": 1}]}
        for refused in (shop.http.post("/orders/checkout", json=order), shop.reprice("1.00")):
            assert refused.status_code == 503
            assert "Retry-After" in refused.headers
    finally:
        shop.primary.resume()
    eventually(lambda: shop.readiness() == ALL_WELL)
    assert shop.reprice("15.00").status_code == 200
    eventually(lambda: shop.price() == "15.00")


def test_a_primary_that_says_nothing_holds_up_neither_the_catalogue_nor_readiness(shop):
    shop.way.mute()
    try:
        began = time.monotonic()
        assert shop.readiness()["orders-database"] == "degraded"
        assert time.monotonic() - began < UNHEARD
        shop.answers_all()
    finally:
        shop.way.unmute()


def test_without_the_replica_the_primary_is_asked(shop):
    shop.copy.halt(signal.SIGKILL)
    try:
        shop.answers_all()
        assert shop.readiness() == ALL_WELL | {"orders-replica": "degraded"}
        shop.primary.halt(signal.SIGKILL)
        try:
            assert shop.http.get("/products").status_code == 503
            assert shop.readiness()["orders-database"] == "failed"
        finally:
            shop.primary.resume()
    finally:
        shop.copy.resume()
    eventually(lambda: shop.readiness() == ALL_WELL)
    shop.answers_all()
