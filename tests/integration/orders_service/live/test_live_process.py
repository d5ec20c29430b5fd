"""The live process as it is run in production: greenlets, notices, signals, health and metrics."""

import socket
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.deadlines import eventually
from tests.fakes.servicekit.scrapes import Scrape
from tests.integration.orders_service.conftest import Shop
from tests.integration.orders_service.live.conftest import WallClock
from tests.integration.orders_service.live.houses import STREAMS, House

# A process is started, and on a loaded machine that alone takes long.
pytestmark = pytest.mark.timeout(180)

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN%'
"""


@pytest.fixture
def shop(postgres_url):
    container = composed(postgres_url)
    yield Shop(container, WallClock())
    container.database.dispose()


@pytest.fixture
def house(shop, tmp_path):
    house = House(shop, tmp_path)
    yield house
    house.close()


def events_of(order):
    return f"/orders/{order['id']}/events"


def told_within(stream, count, seconds):
    eventually(lambda: len(stream.events) >= count, within=seconds)


def test_who_connects_and_asks_for_nothing_keeps_no_place(house):
    server = house.serve_process()
    address = urlsplit(server.url)

    with socket.create_connection((address.hostname, address.port), timeout=60) as silent:
        assert silent.recv(1) == b""


def test_streams_are_told_by_notices_and_end_with_the_process(house, connect):
    shop, order = house.shop, house.shop.paid_order()
    server = house.serve_process(LIVE_POLL_SECONDS="3600", LIVE_HEARTBEAT_SECONDS="1")
    streams = [connect(server, events_of(order)) for _ in range(3)]
    for stream in streams:
        stream.wait_for(1)

    shop.advance(order, "IN_PREPARATION")
    for stream in streams:
        told_within(stream, 2, 20)
    eventually(lambda: streams[0].heartbeats)

    scrape = Scrape(requests.get(f"{server.url}/metrics", timeout=20).text)
    assert scrape.value("comanda_streams_open", kind="order") == 3
    assert requests.get(f"{server.url}/health/live", timeout=20).ok

    assert server.stop() == 0
    for stream in streams:
        stream.wait_for_end()


def test_a_notice_that_is_lost_only_costs_the_time_until_the_next_look(house, connect):
    shop, order = house.shop, house.shop.paid_order()
    server = house.serve_process(LIVE_NOTIFY="off", LIVE_POLL_SECONDS="1")
    stream = connect(server, events_of(order))
    stream.wait_for(1)

    shop.advance(order, "IN_PREPARATION")

    told_within(stream, 2, 20)


def test_a_connection_that_is_cut_is_made_again_and_nothing_is_missed(house, connect, postgres_url):
    shop, order = house.shop, house.shop.paid_order()
    server = house.serve_process(LIVE_POLL_SECONDS="3600")
    stream = connect(server, events_of(order))
    stream.wait_for(1)

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        assert eventually(lambda: connection.execute(CUT).fetchall()) == [(True,)]
        shop.advance(order, "IN_PREPARATION")

    told_within(stream, 2, 20)


def test_more_streams_than_it_may_hold_are_asked_to_come_again(house, connect):
    order = house.shop.order()
    server = house.serve_process()
    for _ in range(STREAMS - STREAMS // 8):
        connect(server, events_of(order)).wait_for(1)

    refused = connect(server, events_of(order))
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
