"""The databases are set back to a copy while the provider goes on: what it knows and we do not is settled.

It follows docs/operations.md step by step, with the commands that are told there.
"""

import contextlib
import json
import re
import signal
import subprocess
from datetime import UTC, datetime

import psycopg
import pytest
import requests
from psycopg import sql

from standalone.demo_client import DemoClient
from tests.conftest import fresh_broker, fresh_database
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.machine import find_program
from tests.servers.postgresql import FOLDERS
from tests.servers.system import ACCESS_TOKEN, ProductionSystem, SystemDidNotStart
from tests.storm.chronicle import Chronicle
from tests.storm.conftest import running
from tests.storm.rest import objections

BACKUP_TOOLS = ("pg_dump", "pg_restore")
SERVICES = ("orders", "payments")
SETTLED_SECONDS = 120
MINUTES = "30"
"""Longer than the copy is old."""
SETTINGS = {"PAYMENT_DEADLINE_SECONDS": "600", "PAYMENT_ATTEMPTS": "3"}
BY_THEMSELVES = {"paid-later": "RECEIVED", "never-paid": "AWAITING_PAYMENT"}
"""What has come of orders before anybody compares books, whatever was set back."""
VIOLATED = {
    ("orders", "payments"): {"P6"},
    ("orders",): {"P6", "M4"},
    ("payments",): {"M2", "M4"},
}
"""What the audit objects to in the end: charges of lost orders, events that their sender has forgotten, and
attempts that ended because an older one was taken up beside them."""
TO_BE_COOKED = {"RECEIVED", "IN_PREPARATION", "READY", "FINISHED"}


def tool(name, *arguments):
    program = find_program(name, *FOLDERS)
    assert program is not None
    subprocess.run([program, *arguments], check=True, capture_output=True, timeout=60)


class Copies:
    """Copies of the two databases, taken while the system runs."""

    def __init__(self, system, folder):
        self._addresses = dict(zip(SERVICES, system.books, strict=False))
        self._files = {service: folder / f"{service}.dump" for service in SERVICES}

    def take(self):
        for service, file in self._files.items():
            tool("pg_dump", "--format=custom", f"--file={file}", f"--dbname={self._addresses[service]}")

    def bring_back(self, service):
        server, _, name = self._addresses[service].rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            database = sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(database))
        tool("pg_restore", "--exit-on-error", f"--dbname={server}/{name}", str(self._files[service]))


class Evening:
    """Orders on both sides of the moment to which the databases are set back, each named for its fate."""

    def __init__(self, system):
        self.system = system
        self.clients = {}

    def place(self, name):
        client = self.clients[name] = DemoClient(self.system.url, self.system.emulator)
        client.place_order()
        client.provider_id()

    def pay(self, name):
        self.clients[name].pay()
        self.clients[name].wait_for("RECEIVED", lambda order: order["status"] == "RECEIVED")

    def before_the_copy(self):
        for name in ("paid-later", "paid-before", "cancelled-later", "tried-again-later", "never-paid"):
            self.place(name)
        for name in ("paid-before", "cancelled-later"):
            self.pay(name)
        refused = self.clients["tried-again-later"]
        refused.refuse()
        refused.wait_for("refusal", lambda order: order["payment"]["status"] == "REJECTED")

    def after_the_copy(self):
        again = self.clients["tried-again-later"]
        again.try_again()
        again.wait_for("second code", lambda order: order["payment"]["attempt"] == 2)
        eventually(lambda: again.order()["payment"]["status"] == "PENDING")
        for name in ("lost-and-paid", "lost-and-unpaid"):
            self.place(name)
        for name in ("paid-later", "tried-again-later", "lost-and-paid"):
            self.pay(name)
        for status in ("IN_PREPARATION", "READY", "FINISHED"):
            self.clients["paid-before"].cook(status)
        cancelled = self.clients["cancelled-later"]
        cancelled.cancel()
        cancelled.wait_for("the money back", lambda order: order["payment"]["refunded"] == order["total"])

    def knows(self, order_id):
        return requests.get(f"{self.system.url}/orders/{order_id}", timeout=10).ok

    def pay_old_code(self, number):
        """A guest pays a code that payment_service has forgotten, beside the one that it made since."""
        approve = f"{self.system.emulator}/__fake/payments/{number}/approve"
        requests.post(approve, json={"force": False}, timeout=10).raise_for_status()

    def statuses(self):
        """None where orders_service does not know the order."""
        addresses = {name: f"{self.system.url}/orders/{one.order_id}" for name, one in self.clients.items()}
        answers = {name: requests.get(address, timeout=10) for name, address in addresses.items()}
        return {name: answer.json()["status"] if answer.ok else None for name, answer in answers.items()}

    def unearned(self):
        """Payments whose money we have, and whose order the kitchen does not have, as far as we know."""
        statuses = {self.clients[name].order_id: status for name, status in self.statuses().items()}
        return [
            payment["id"]
            for payment in self.at_provider()
            if payment["status"] == "approved"
            and payment["transaction_amount"] > payment["transaction_amount_refunded"]
            and statuses[payment["external_reference"]] not in TO_BE_COOKED
        ]

    def payable(self):
        """Codes that can still be paid."""
        return [one["id"] for one in self.at_provider() if one["status"] == "pending"]

    def at_provider(self):
        answer = requests.get(
            f"{self.system.emulator}/v1/payments/search?limit=100",
            headers={"Authorization": f"Bearer {ACCESS_TOKEN}"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()["results"]


class Operator:
    """Who follows the page, and writes down what was seen."""

    def __init__(self, system, chronicle):
        self._system = system
        self._chronicle = chronicle

    def resend(self, service):
        self._chronicle.say(self._system.command(service, ["resend", "--minutes", MINUTES]).strip())

    def reconcile(self):
        """What stays different today."""
        today = datetime.now(UTC).date().isoformat()
        try:
            printed = self._system.command("payments", ["reconcile", "--day", today, "--json"])
        except SystemDidNotStart as error:  # its exit status says that something stays different
            printed = str(error).partition("]: ")[2]
        told = json.JSONDecoder().raw_decode(printed)[0]
        for one in told["differences"]:
            self._chronicle.say(f"{one['kinds']} {one['ours']} / {one['theirs']} repaired: {one['repaired']}")
        return [one for one in told["differences"] if not one["repaired"]]

    def return_lost(self, number, *, is_known):
        """Where payment_service alone knows the order, it may keep money for it."""
        force = ["--force"] if is_known else []
        done = self._system.command("payments", ["return-lost", number, "--yes", *force])
        self._chronicle.say(done.strip())

    def lost_orders(self):
        """By what payment_service told of them, which was parked."""
        listed = self._system.command("orders", ["parked", "list"])
        self._chronicle.say(listed)
        return set(re.findall(r"no such order here: (\S+)", listed))

    def violated(self):
        """The rules of the audit that do not hold."""
        found = "\n".join(objections(self._system))
        self._chronicle.say(found)
        return set(re.findall(r"^(\w+) +violated", found, re.MULTILINE))

    def numbers_of(self, order_id):
        answer = requests.get(f"{self._system.url}/payments?order_id={order_id}", timeout=10)
        return [one["provider_id"] for one in answer.json()["items"] if one["provider_id"]]


@pytest.fixture
def system(tmp_path, postgresql_server, rabbitmq_server):
    with contextlib.ExitStack() as stack:
        orders, payments = (stack.enter_context(fresh_database(postgresql_server)) for _ in SERVICES)
        broker = stack.enter_context(fresh_broker(rabbitmq_server))
        system = ProductionSystem(
            tmp_path, orders_database=orders, payments_database=payments, broker=broker, settings=SETTINGS
        )
        yield stack.enter_context(running(system))


def set_back(system, copies, services):
    processes = [name for name in system.processes if name != "emulator"]
    for name in processes:
        system.end(name, signal.SIGKILL)
    for service in services:
        copies.bring_back(service)
    for name in processes:
        system.start_again(name)
    for name in system.ports:
        system.wait_until(f"{system.address(name)}/health/ready")


@pytest.mark.skipif(
    not all(find_program(name, *FOLDERS) for name in BACKUP_TOOLS), reason="needs PostgreSQL's own clients"
)
@pytest.mark.parametrize("services", VIOLATED, ids="+".join)
def test_after_a_restore_nobody_has_paid_for_nothing(system, tmp_path, services):
    chronicle = Chronicle(f"restore-{'-'.join(services)}")
    evening, operator = Evening(system), Operator(system, chronicle)
    copies = Copies(system, tmp_path)
    evening.before_the_copy()
    copies.take()
    evening.after_the_copy()
    set_back(system, copies, services)
    chronicle.say(f"set back: {services}")
    if len(services) == 1:
        operator.resend("payments" if services == ("orders",) else "orders")
    eventually(lambda: evening.statuses().items() >= BY_THEMSELVES.items(), within=SETTLED_SECONDS)
    missing = {one["provider_id"]: one["order_id"] for one in operator.reconcile() if one["provider_id"]}
    parked = {number: order for order in operator.lost_orders() for number in operator.numbers_of(order)}
    missing |= parked
    lost = [number for number, order_id in missing.items() if not evening.knows(order_id)]
    assert len(lost) == (2 if "orders" in services else 0)
    for number in lost:
        operator.return_lost(number, is_known=number in parked)
    for number in missing.keys() - set(lost):
        evening.pay_old_code(number)
    if "orders" in services:
        evening.clients["cancelled-later"].cancel()
    evening.pay("never-paid")
    eventually(lambda: evening.statuses()["tried-again-later"] == "RECEIVED", within=SETTLED_SECONDS)
    eventually(lambda: evening.unearned() == [], within=SETTLED_SECONDS)
    eventually(lambda: evening.payable() == [], within=SETTLED_SECONDS)
    chronicle.say(str(evening.statuses()))
    assert operator.reconcile() == []
    eventually(lambda: operator.violated() == VIOLATED[services], within=SETTLED_SECONDS)
