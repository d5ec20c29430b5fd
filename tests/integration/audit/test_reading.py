"""The books are read wherever they are, as one moment, and are left as they were."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from werkzeug.serving import make_server

from audit.auditor import CannotAudit, audit
from audit.books import CannotRead, open_book, postgresql_book
from audit.report import Report
from audit.sources import Sources
from fake_checkout.entrypoints.rest.app import create_app
from fake_checkout.entrypoints.rest.prefix import below_prefix
from servicekit.messaging.local_bus import LocalBus
from tests.conftest import fresh_database
from tests.fakes.servicekit.tcp_proxy import TcpProxy
from tests.integration.audit.conftest import FILES, Books, drive_every_end
from tests.servers.machine import free_port
from tests.simulation.books import sources_of
from tests.simulation.houses import embedded
from tests.simulation.post import ByHand
from tests.simulation.world import World

OFFSET = timedelta(hours=7)


def state_of(folder: Path) -> dict[str, tuple[int, int]]:
    """What a write would change."""
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}


class TestSqlite:
    def test_files_that_lie_still_are_left_as_they_are_and_nothing_is_put_beside_them(self, books: Books):
        before = state_of(books.folder)

        assert books.audit().clean

        assert state_of(books.folder) == before

    def test_a_folder_that_cannot_be_written_is_read(self, books: Books):
        books.folder.chmod(0o500)

        assert books.audit().clean

    def test_what_is_only_in_the_log_is_read_while_a_system_runs(self, books: Books):
        with closing(sqlite3.connect(books.folder / FILES["orders"])) as system:
            system.execute("UPDATE orders SET total = 1 WHERE id = :finished", books.orders)
            system.commit()

            assert "O1" in books.audit().violated

    def test_a_system_can_write_while_it_is_audited(self, books: Books):
        path = books.folder / FILES["orders"]
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as system:
            system.execute("UPDATE stock SET on_hand = on_hand")
            with open_book("orders", books.addresses["orders"]) as book:
                book.begin()

                system.execute("UPDATE orders SET total = 1")

                (totals,) = [rows for fact, rows in book.rows() if fact.name == "orders"]
                position = list(next(f for f, _ in book.rows() if f.name == "orders").columns).index("total")
                assert {row[position] for row in totals} == {3390}
                book.finish()

    def test_a_writer_who_holds_the_lock_keeps_nobody_from_reading(self, books: Books):
        with closing(sqlite3.connect(books.folder / FILES["orders"], isolation_level=None)) as system:
            system.execute("BEGIN IMMEDIATE")
            system.execute("UPDATE orders SET total = 1")

            assert books.audit().clean

    def test_what_a_killed_system_left_in_its_log_is_read(self, books: Books):
        dies = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("UPDATE orders SET total = 1")
connection.commit()
os._exit(9)
"""
        subprocess.run([sys.executable, "-c", dies, books.folder / FILES["orders"]], check=False)

        assert "O1" in books.audit().violated

    def test_a_file_that_begins_to_be_written_while_it_is_read_is_not_believed(self, books: Books):
        with open_book("orders", books.addresses["orders"]) as book:
            book.begin()
            books.change("orders", "UPDATE stock SET on_hand = on_hand + 1")

            with pytest.raises(CannotRead, match="began to be written while it was read"):
                book.finish()

    def test_of_a_file_that_lies_still_the_time_is_when_it_was_left(self, books: Books):
        left = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
        os.utime(books.folder / FILES["orders"], (left.timestamp(),) * 2)

        with open_book("orders", books.addresses["orders"]) as book:
            assert timedelta(0) <= book.now() - left <= timedelta(seconds=1)

    def test_while_a_system_runs_the_time_is_the_clocks(self, books: Books):
        with closing(sqlite3.connect(books.folder / FILES["orders"])) as system:
            system.execute("SELECT * FROM orders").fetchone()
            before = datetime.now(UTC) - timedelta(milliseconds=1)
            with open_book("orders", books.addresses["orders"]) as book:
                assert before <= book.now() <= datetime.now(UTC) + timedelta(milliseconds=1)

    def test_a_stopped_system_has_forgotten_nothing(self, books: Books):
        """Its orders wait for it to start again, however long."""
        stopped = (books.now + timedelta(seconds=1)).timestamp()
        for file in FILES.values():
            os.utime(books.folder / file, (stopped, stopped))

        report = audit(Sources(**books.addresses))

        assert report.clean, str(report)
        assert report.unsettled > 0

    def test_the_providers_virtual_clock_is_known(self, books: Books):
        set_clock = (
            "UPDATE workbench SET setting = json_object('offset_seconds', 25200.0) WHERE name = 'clock'"
        )
        books.change("provider", set_clock)

        for book, offset in {"orders": timedelta(0), "provider": OFFSET}.items():
            with open_book(book, books.addresses[book]) as opened:
                assert opened.offset() == offset


@dataclass(frozen=True)
class Production:
    """Every end on PostgreSQL."""

    sources: Sources
    orders: int
    now: datetime

    def audit(self, **others: str) -> Report:
        return audit(replace(self.sources, **others), settle=timedelta(0), now=self.now)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, postgresql_server: str) -> Iterator[Production]:
    with ExitStack() as stack:
        urls = [stack.enter_context(fresh_database(postgresql_server)) for _ in range(3)]
        world = World(tmp_path_factory.mktemp("world"), (urls[0], urls[1], urls[2]))
        bus = LocalBus({"order": world.payment_service.inbox, "payment": world.orders_service.inbox})
        world.post.carrier = ByHand(bus)
        ends = drive_every_end(world)
        world.close()
        sources = Sources(orders=urls[0], payments=urls[1], provider=urls[2])
        yield Production(sources, len(ends), world.clock.time)


@contextmanager
def copy_of(address: str) -> Iterator[str]:
    """A database that may be changed."""
    server, _, name = address.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
        yield f"{address}_copy"
        connection.execute(f'DROP DATABASE "{name}_copy" WITH (FORCE)')


class TestPostgresql:
    def test_legitimate_books_are_clean_and_all_of_them_is_looked_at(self, production, books: Books):
        report = production.audit()

        assert report.clean, str(report)
        assert report.orders == production.orders
        assert [one.looked_at for one in report.verdicts] == [one.looked_at for one in books.audit().verdicts]

    @pytest.mark.parametrize(
        ("rule", "book", "change"),
        [
            ("S2", "orders", "UPDATE stock SET on_hand = on_hand + 1"),
            ("P7", "payments", "UPDATE provider_answers SET heard_at = now() + interval '1 year'"),
            ("M4", "orders", """UPDATE inbox SET data = data || '{"amount": 1}'"""),
            ("P9", "provider", "UPDATE payments SET status = 'rejected' WHERE status = 'pending'"),
            (
                "P5",
                "provider",
                """
                INSERT INTO requests (at, method, path, headers, body, status)
                SELECT at, method, path, headers, body || ' ', status FROM requests
                """,
            ),
        ],
    )
    def test_violations_are_seen_once_they_are_committed(self, production, rule, book, change):
        with copy_of(getattr(production.sources, book)) as address, psycopg.connect(address) as connection:
            connection.execute(change)
            assert production.audit(**{book: address}).clean

            connection.commit()
            assert production.audit(**{book: address}).violated == (rule,)

    def test_it_reads_in_one_transaction_that_cannot_write(self, production):
        with open_book("orders", production.sources.orders) as book:
            book.begin()
            asked = ("transaction_isolation", "transaction_read_only")
            settings = [book._connection.execute(f"SHOW {name}").fetchone()[0] for name in asked]

        assert settings == ["repeatable read", "on"]

    def test_the_clock_is_the_servers(self, production):
        with open_book("provider", production.sources.provider) as book:
            assert abs(datetime.now(UTC) - book.now()) < timedelta(seconds=5)
            assert book.offset() == timedelta(0)
            assert book.size() >= 0

    def test_addresses_may_name_the_driver(self, production):
        address = production.sources.orders.replace("postgresql:", "postgresql+psycopg:")

        assert production.audit(orders=address).clean

    def test_a_server_that_falls_silent_is_not_waited_for(self, postgres_url, monkeypatch):
        monkeypatch.setattr(postgresql_book, "SILENCE_SECONDS", 0.5)
        with TcpProxy(postgres_url) as proxy, open_book("orders", proxy.url) as book:
            proxy.mute()

            with pytest.raises(CannotRead, match=r"The orders database cannot be read: .*timeout"):
                book.begin()


@contextmanager
def served(application: Any) -> Iterator[str]:
    """An application over HTTP on this machine."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def exporting():
    """A world whose provider is asked over HTTP: where, and the world."""
    with embedded() as world:
        drive_every_end(world)
        with served(below_prefix(create_app(world.provider))) as address:
            yield f"{address}/fake-checkout", world


class TestHttp:
    def test_the_emulator_tells_the_same_over_http(self, exporting, monkeypatch):
        address, world = exporting
        monkeypatch.setattr("audit.books.provider_export.PAGE", 7)
        by_file = sources_of(world)

        reports = [
            audit(sources, settle=timedelta(0), now=world.clock.time)
            for sources in (by_file, replace(by_file, provider=address))
        ]

        assert all(report.clean for report in reports), str(reports[1])
        by_file_looked_at, over_http_looked_at = (
            {verdict.rule: verdict.looked_at for verdict in report.verdicts} for report in reports
        )
        # Which answer belongs to which key it does not tell.
        del by_file_looked_at["P5"], over_http_looked_at["P5"]
        assert by_file_looked_at == over_http_looked_at

    def test_its_virtual_clock_is_known(self, exporting):
        address, world = exporting
        assert world.bank.put("/__fake/clock", json={"offset_seconds": 25200}).status_code == 200
        try:
            with open_book("provider", address) as book:
                assert book.offset() == OFFSET
                assert abs(world.clock.time - book.now()) < timedelta(minutes=1)
                assert book.size() == 0
        finally:
            world.bank.put("/__fake/clock", json={"offset_seconds": 0})

    @pytest.mark.parametrize(
        ("status", "content", "why"),
        [
            (404, b"{}", "/__fake/clock answered 404"),
            (200, b"<html>", "/__fake/clock answered something else than JSON"),
            (200, b"[]", "/__fake/clock answered something else than books"),
            (200, b'{"now": "yesterday", "offset_seconds": 0}', "answered something else than books"),
            (
                200,
                b'{"now": "2026-01-01T00:00:00Z", "offset_seconds": 0, "payments": [{"id": 1}]}',
                "/__fake/books answered something else than books",
            ),
        ],
    )
    def test_another_answer_is_no_book(self, books: Books, status, content, why):
        def answer(_environ, start_response):
            start_response(f"{status} What", [("Content-Type", "application/json")])
            return [content]

        with served(answer) as address, pytest.raises(CannotRead) as caught:
            audit(replace(Sources(**books.addresses), provider=address))

        assert str(caught.value).startswith("The provider's books cannot be read: http://127.0.0.1")
        assert str(caught.value).endswith(why)


class TestThatWhichCannotBeRead:
    @pytest.mark.parametrize(
        ("book", "address", "why"),
        [
            ("orders", "mysql://x", "The orders database cannot be read: the address must be sqlite:///path"),
            (
                "orders",
                "http://127.0.0.1",
                "The orders database cannot be read: the address must be sqlite:///p",
            ),
            ("provider", "ftp://x", "or http(s)://..."),
            ("payments", "", "The payments database cannot be read: the address must be"),
            ("payments", "sqlite:////nowhere/at.all", "/nowhere/at.all: No such file or directory"),
            ("payments", "sqlite:////", ": unable to open database file"),
            (
                "orders",
                "postgresql://127.0.0.1:{free}/x?connect_timeout=2",
                "The orders database cannot be read: ",
            ),
            ("orders", "postgresql://127.0.0.1:x/x", "The orders database cannot be read: "),
            ("provider", "http://127.0.0.1:{free}", "/__fake/clock does not answer (ConnectionError)"),
            ("provider", "http://[", "The provider's books cannot be read: "),
        ],
    )
    def test_addresses(self, books: Books, book, address, why):
        address = address.format(free=free_port())

        with pytest.raises(CannotRead) as caught:
            audit(replace(Sources(**books.addresses), **{book: address}))

        assert why in str(caught.value)
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize(
        "address", ["postgresql://audit:hidden%zz@127.0.0.1/x", "postgresql://audit:hidden@[::1/x"]
    )
    def test_an_address_that_makes_no_sense_is_not_told_with_its_password(self, address):
        with pytest.raises(CannotRead) as caught, open_book("orders", address):
            pass

        assert (
            str(caught.value) == "The orders database cannot be read: its address is not one of PostgreSQL's"
        )

    def test_a_file_that_is_no_database(self, books: Books):
        (books.folder / FILES["orders"]).write_bytes(b"no database" * 1000)

        with pytest.raises(CannotRead, match=r"orders\.sqlite3: file is not a database"):
            books.audit()

    @pytest.mark.parametrize("book", FILES)
    def test_a_missing_table(self, books: Books, book):
        books.change(book, "ALTER TABLE payments RENAME TO gone" if book != "orders" else "DROP TABLE stock")

        with pytest.raises(CannotRead, match=r"no such table: (payments|stock)"):
            books.audit()

    def test_a_missing_column_on_postgresql(self, production):
        with copy_of(production.sources.orders) as address:
            with psycopg.connect(address) as connection:
                connection.execute("ALTER TABLE orders DROP COLUMN total CASCADE")
            with pytest.raises(CannotRead, match=r'^The orders database cannot be read: column "total"'):
                production.audit(orders=address)

    def test_there_is_no_room_to_judge_in(self, books: Books, monkeypatch):
        full = "max_page_count=20"
        monkeypatch.setattr("audit.scratch.PRAGMAS", (full,))

        with pytest.raises(CannotAudit, match=r"^The scratch database failed: database or disk is full"):
            books.audit()
