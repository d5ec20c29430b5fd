"""What people tell of themselves is nowhere but where it belongs, and nowhere at all once it is erased.

People with canaries for names go through everything that can be done with a CPF, right and wrong, on a
running system. Then all that the system wrote is searched: every column of every table, the files of SQLite
byte by byte, logs, metrics, events, the provider's books, and every answer to anybody who is no manager.
"""

import json
import socket
from contextlib import suppress
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
import sqlalchemy as sa

from servicekit.database.database import Database
from standalone.demo_client import DemoClient
from tests.e2e.canaries import Canary, files, rows, search
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import EmbeddedSystem

QUITERIA = Canary("39053344705", "Quiteria Canarinha", "quiteria.canaria@nowhere.example", "sem coentro")
BELARMINO = Canary("98765432100", "Belarmino Pintassilgo", "belarmino@nowhere.example", "com coentro")
STRANGER = Canary("84434895894", "Zeferino Curio", "zeferino@nowhere.example", "coentro ao lado")
EVERYBODY = (QUITERIA, BELARMINO, STRANGER)
NAMES_BELONG_IN = {"orders: clients.name", "orders: idempotency_keys.body"}
SECONDS = 30


class Visit:
    """What somebody does on the system. Every answer is kept, but those to managers."""

    def __init__(self, system):
        self.system = system
        self.answers = []
        self.registrations = []
        credentials = {"username": "gerente", "password": "gerente"}
        token = self.ask("POST", "/auth/token", json=credentials).json()["access_token"]
        self.manager = {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, **options):
        answer = requests.request(method, self.system.url + path, timeout=SECONDS, **options)
        if (options.get("headers") or {}).get("Authorization") is None:
            self.answers.append((f"{method} {answer.request.path_url}", f"{answer.text} {answer.headers}"))
        return answer

    def register(self, canary, cpf, *, key=None):
        body = {"cpf": cpf, "name": canary.name, "email": canary.email}
        headers = {"Idempotency-Key": key} if key else None
        answer = self.ask("POST", "/clients", json=body, headers=headers)
        if answer.status_code == 201:
            self.registrations.append(self.answers.pop())  # who registers is told what they said
        return answer

    def checkout(self, canary, cpf, *, key=None):
        menu = self.ask("GET", "/products?available=true").json()["items"]
        items = [{"product_id": menu[0]["id"], "quantity": 1, "notes": canary.note}]
        headers = {"Idempotency-Key": key} if key else None
        body = {"items": items, "client": {"cpf": cpf}}
        return self.ask("POST", "/orders/checkout", json=body, headers=headers)

    def say_on_the_wire(self, text):
        """What no HTTP client would send."""
        address = urlsplit(self.system.url)
        with socket.create_connection((address.hostname, address.port), timeout=SECONDS) as connection:
            connection.sendall(text.encode())
            with suppress(OSError):
                connection.recv(1)


def be_a_guest(visit, canary):
    """Register in the usual ways, order, pay one, cancel another. Returns the client and both orders."""
    client = visit.register(canary, canary.written[0], key=f"register {canary.digits}").json()
    for cpf in canary.written:
        assert visit.register(canary, cpf).status_code == 409
        assert visit.ask("GET", f"/clients/cpf/{cpf}").json()["id"] == client["id"]
        assert visit.ask("GET", f"/clients/cpf/{cpf}", headers=visit.manager).json() == client
    paid = visit.checkout(canary, canary.written[0], key=f"checkout {canary.digits}").json()
    story = DemoClient(visit.system.url, visit.system.emulator)
    story.order_id = paid["id"]
    story.pay()
    story.wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")
    for status in ("IN_PREPARATION", "READY", "FINISHED"):
        story.cook(status)
    cancelled = visit.checkout(canary, canary.digits).json()
    cancel = f"/orders/{cancelled['id']}/cancel"
    assert visit.ask("POST", cancel, headers={"Idempotency-Key": canary.digits}).status_code == 202
    eventually(
        lambda: visit.ask("GET", f"/orders/{cancelled['id']}").json()["status"] == "CANCELLED", SECONDS
    )
    return SimpleNamespace(client=client, orders=(paid, cancelled))


def get_it_wrong(visit, canary):
    """Put the CPF wherever it does not belong."""
    statuses = set()
    for cpf in (*canary.written, canary.written[0].replace(".", " "), canary.digits[:-1] + "9"):
        product = {"product_id": cpf, "quantity": 1}
        attempts = (
            ("GET", f"/clients/cpf/{cpf}", {}),
            ("GET", f"/clients/cpf/{cpf}/orders", {}),
            ("GET", f"/cliente/{cpf}", {}),
            ("GET", f"//clients//cpf//{cpf}", {}),
            ("DELETE", f"/clients/cpf/{cpf}", {}),
            ("GET", f"/clients/{cpf}", {"headers": visit.manager}),
            ("GET", "/clients/cpf/", {"params": {"cpf": cpf}}),
            ("GET", "/products", {"params": {"q": cpf, "available": cpf, "cursor": cpf}}),
            ("GET", f"/products/category/{cpf}", {}),
            ("GET", f"/orders/{cpf}", {}),
            ("GET", f"/stores/{cpf}/products", {}),
            ("GET", f"/payments/{cpf}", {}),
            ("GET", "/payments", {"params": {"order_id": cpf}}),
            ("POST", "/payments", {"json": {"order_id": cpf, "method": cpf}}),
            ("POST", "/payments/webhook", {"params": {"data.id": cpf}, "json": {"data": {"id": cpf}}}),
            ("POST", "/clients", {"json": {"cpf": cpf}}),
            ("POST", "/clients", {"json": {"cpf": cpf, "name": canary.name, "email": cpf}}),
            ("POST", "/clients", {"json": {"cpf": cpf, "name": canary.name + "\x00", cpf: canary.email}}),
            ("POST", "/clients", {"json": [cpf]}),
            (
                "POST",
                "/clients",
                {"data": '{"cpf": "' + cpf, "headers": {"Content-Type": "application/json"}},
            ),
            ("POST", "/clients", {"data": {"cpf": cpf}}),
            ("POST", "/orders/checkout", {"json": {"items": [product], "client": {"cpf": cpf}}}),
            ("POST", "/orders/checkout", {"json": {"items": [product]}}),
            ("POST", "/orders/checkout", {"json": {"items": cpf, "client": cpf, cpf: cpf}}),
            ("POST", "/auth/token", {"json": {"username": cpf, "password": cpf}}),
            ("GET", "/products", {"headers": {"Authorization": f"Bearer {cpf}"}}),
            (
                "GET",
                "/health/live",
                {"headers": {"X-Request-ID": cpf, "traceparent": cpf, "User-Agent": cpf}},
            ),
            (
                "GET",
                "/health/live",
                {"headers": {"Referer": f"http://x/clients/cpf/{cpf}", "Cookie": f"a={cpf}"}},
            ),
        )
        for method, path, options in attempts:
            statuses.add(visit.ask(method, path, **options).status_code)
        visit.say_on_the_wire(f"GET /clients/cpf/{cpf} and more HTTP/1.1\r\n\r\n")
        visit.say_on_the_wire(f"{cpf} /clients/cpf/{cpf} HTTP/1.1\r\nHost: {cpf}\r\n\r\n")
        visit.say_on_the_wire(f"GET /clients HTTP/{cpf}\r\n\r\n")
    assert max(statuses) < 500


def everything(system, visit):
    """All that the system wrote and said, by kind."""
    named = dict(zip(("orders", "payments", "provider"), system.books, strict=True))
    emulator = [
        (path, requests.get(system.emulator + path, timeout=SECONDS).text)
        for path in ("/__fake/requests", "/__fake/books", "/__fake/deliveries", "/")
    ]
    return SimpleNamespace(
        rows=list(rows(named)),
        logs=list(files(system.folder, "*.log")),
        metrics=[(url, requests.get(url, timeout=SECONDS).text) for url in metrics_of(system)],
        answers=visit.answers,
        provider=emulator,
        files=list(files(system.folder, "*.sqlite3", "*.sqlite3-wal", "*.sqlite3-shm")),
    )


def metrics_of(system):
    if isinstance(system, EmbeddedSystem):
        return [f"{system.url}/metrics"]
    return [f"{system.address(name)}/metrics" for name in system.ports if name != "emulator"]


@pytest.fixture(scope="module", params=["embedded", "production"])
def told(request):
    """A system on which everybody was, before and after those who registered were erased."""
    system = request.getfixturevalue(request.param)
    visit = Visit(system)
    guests = {canary: be_a_guest(visit, canary) for canary in (QUITERIA, BELARMINO)}
    get_it_wrong(visit, STRANGER)
    get_it_wrong(visit, QUITERIA)
    before = everything(system, visit)
    for guest in guests.values():
        path = f"/clients/{guest.client['id']}"
        assert visit.ask("DELETE", path, headers=visit.manager).status_code == 204
    for canary in guests:
        assert visit.checkout(canary, canary.digits).json()["type"] == "/problems/unknown-client"
    after = everything(system, visit)
    return SimpleNamespace(system=system, visit=visit, guests=guests, before=before, after=after)


def all_of(told, kind):
    return [*getattr(told.before, kind), *getattr(told.after, kind)]


CPFS = [needle for canary in EVERYBODY for needle in canary.cpf_needles]
NAMES = [needle for canary in EVERYBODY for needle in canary.name_needles]


@pytest.mark.parametrize("kind", ["rows", "files", "logs", "metrics", "answers", "provider"])
def test_no_cpf_is_anywhere_but_sealed(told, kind):
    assert search(all_of(told, kind), CPFS) == []


@pytest.mark.parametrize("kind", ["logs", "metrics", "answers", "provider"])
def test_no_name_and_no_email_is_told_to_anybody(told, kind):
    assert search(all_of(told, kind), NAMES) == []


def test_names_are_kept_where_they_belong_and_emails_sealed(told):
    found = search(told.before.rows, NAMES)
    assert {one.where for one in found} == NAMES_BELONG_IN
    emails = [canary.email for canary in EVERYBODY]
    assert {one.where for one in found if one.needle in emails} == {"orders: idempotency_keys.body"}


def test_the_answer_to_who_registers_has_the_cpf_masked(told):
    assert len(told.visit.registrations) == len(told.guests)
    assert search(told.visit.registrations, CPFS) == []
    assert len(search(told.visit.registrations, [canary.email for canary in told.guests])) == len(told.guests)


@pytest.mark.parametrize("kind", ["rows", "files"])
def test_nothing_of_who_was_erased_is_left(told, kind):
    notes = [canary.note for canary in told.guests]
    assert search(told.before.rows, notes) != []
    assert search(getattr(told.after, kind), [*NAMES, *notes]) == []


def test_orders_of_who_was_erased_are_as_they_were_but_for_whose_they_are(told):
    for guest in told.guests.values():
        for order in guest.orders:
            shown = requests.get(f"{told.system.url}/orders/{order['id']}", timeout=SECONDS).json()
            assert shown["client"] is None
            assert shown["total"] == order["total"]
            assert shown["status"] in {"FINISHED", "CANCELLED"}


def test_the_search_looks_where_things_are(told):
    """Were the wrong logs or tables read, all of the above would be as green."""
    routes = ["/clients/cpf/<private:cpf>"]
    assert search(told.after.logs, routes) != []
    assert search(told.after.metrics, routes) != []
    order_id = told.guests[QUITERIA].orders[0]["id"]
    seen = {one.where for one in search(told.after.rows, [order_id])}
    assert {"orders: orders.id", "orders: outbox.subject", "payments: inbox.subject"} <= seen
    assert search(told.after.provider, [order_id]) != []
    if isinstance(told.system, EmbeddedSystem):
        assert {one.where for one in search(told.after.files, [order_id])} >= {"orders.sqlite3"}


@pytest.mark.parametrize("needle", range(len(QUITERIA.cpf_needles)))
def test_a_cpf_in_a_table_a_file_or_an_answer_would_be_found(tmp_path, needle):
    planted = QUITERIA.cpf_needles[needle]
    database = Database(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    with database.transaction() as transaction:
        transaction.connection.execute(sa.text("CREATE TABLE orders (notes TEXT, data JSON, raw BLOB)"))
        values = {"notes": f"x{planted}x", "data": json.dumps({"a": [planted]}), "raw": planted.encode()}
        insert = sa.text("INSERT INTO orders VALUES (:notes, :data, :raw)")
        transaction.connection.execute(insert, values)
        transaction.commit()
    (tmp_path / "web.log").write_text(f"... {planted.upper()} ...")
    found = search(
        [
            *rows({"books": f"sqlite:///{tmp_path / 'books.sqlite3'}"}),
            *files(tmp_path, "*.log", "*.sqlite3*"),
        ],
        QUITERIA.cpf_needles,
    )
    database.dispose()
    assert {one.where for one in found if one.needle == planted.lower()} >= {
        "books: orders.notes",
        "books: orders.data",
        "books: orders.raw",
        "web.log",
    }
    assert any(one.where.startswith("books.sqlite3") for one in found)
