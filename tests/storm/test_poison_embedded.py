"""Poison in the boxes of the embedded system, where no broker stands between the services."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa

from orders_service.infrastructure import database as tables
from servicekit.database.database import Database
from servicekit.messaging.envelope import MAX_BYTES
from servicekit.messaging.inbox import Inbox, read_message
from servicekit.messaging.outbox import Outbox, Said
from tests.fakes.servicekit.deadlines import eventually
from tests.servers.system import ROOT, EmbeddedSystem
from tests.storm.crowd import Crowd
from tests.storm.customer import Story
from tests.storm.poison import APPROVED, not_understood, unreadable
from tests.storm.rest import come_to_rest

CUSTOMERS = 10
STORIES = (Story.PAY, Story.EAT, Story.CANCEL, Story.REGRET, Story.FAIL)


@dataclass(frozen=True)
class Giant:
    """Longer than any event may be, unless somebody shortens it."""

    type: ClassVar[str] = "order.paid.v1"
    payment_id: str = "x" * MAX_BYTES


@dataclass(frozen=True)
class Nameless:
    """No CloudEvent is without a type."""

    type: ClassVar[str] = ""


class Boxes:
    """The outbox and the inbox of orders_service, from another process."""

    def __init__(self, system: EmbeddedSystem) -> None:
        self.database = Database(system.books[0])
        self.inbox = Inbox(self.database, tables.inbox, tables.CONSUMER)

    def say(self, order_id: str, *events: Giant | Nameless) -> None:
        with self.database.transaction() as transaction:
            said = [Said(event, order_id, "default", 1000) for event in events]
            Outbox(tables.outbox, tables.SOURCE).write(transaction.connection, said, now=transaction.now())
            transaction.commit()

    def rows(self, query: str, **values: Any) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(sa.text(query), values))

    def do(self, statement: str, **values: Any) -> None:
        with self.database.transaction() as transaction:
            transaction.connection.execute(sa.text(statement), values)
            transaction.commit()

    def parked(self) -> dict[str, str]:
        """Everything that is parked, by id, with the reason."""
        found = self.rows("SELECT id, error FROM inbox WHERE status = 'parked'")
        unsent = "SELECT id, error FROM outbox WHERE parked_at IS NOT NULL AND dropped_at IS NULL"
        return {row.id: row.error for row in [*found, *self.rows(unsent)]}


def operator(system: EmbeddedSystem, *words: str) -> str:
    """What `./run parked` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "standalone", "parked", *words],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(system.folder / "data")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_poison_in_inbox_and_outbox_is_parked_at_once_and_mended_by_an_operator(embedded: EmbeddedSystem):
    boxes, process = Boxes(embedded), embedded.processes["standalone"]
    crowd = Crowd(embedded, "poison-embedded")
    crowd.come(CUSTOMERS, within=4, think=6, stories=STORIES)
    (order,) = eventually(lambda: boxes.rows("SELECT id FROM orders LIMIT 1"))
    about = ("payment.approved.v1", "/payments", APPROVED)
    poisons = [*unreadable(*about), *not_understood(*about, "amount", order.id)]
    boxes.inbox.store([read_message(poison.body, poison.properties.content_type) for poison in poisons])
    boxes.say(order.id, Giant(), Nameless())
    reasons = eventually(lambda: found if len(found := boxes.parked()) == len(poisons) + 2 else None)
    assert [poison.name for poison in poisons if poison.why not in reasons[poison.id]] == []
    unsent = boxes.rows("SELECT id, error FROM outbox WHERE parked_at IS NOT NULL ORDER BY type")
    (nameless, why_nameless), (giant, why_giant) = unsent
    assert ("not a CloudEvent" in why_nameless, "longer than" in why_giant) == (True, True)
    crowd.go()
    assert (process.poll(), crowd.troubles) == (None, {})

    assert operator(embedded, "list").splitlines()[-1] == f"{len(poisons) + 2} parked"
    assert json.loads(operator(embedded, "show", giant))["box"] == "outbox"
    operator(embedded, "drop", nameless, "--reason", "a test")
    boxes.do("UPDATE outbox SET data = :short WHERE id = :id", short='{"payment_id": "p"}', id=giant)
    operator(embedded, "replay", giant)
    heard = Database(embedded.books[1])
    eventually(lambda: status(heard, giant) == "done")
    assert boxes.parked().keys() == ids(poisons)

    for database in (heard, boxes.database):
        take_out(database, giant, nameless)
    come_to_rest(embedded, crowd)


def ids(poisons: list[Any]) -> set[str]:
    return {poison.id for poison in poisons}


def status(database: Database, event_id: str) -> str | None:
    """Of an event that may have arrived."""
    with database.read() as connection:
        found = connection.execute(sa.text("SELECT status FROM inbox WHERE id = :id"), {"id": event_id})
        return found.scalar()


def take_out(database: Database, *event_ids: str) -> None:
    """What the test has said in somebody else's name is no part of the books; then close them."""
    with database.transaction() as transaction:
        for box in ("outbox", "inbox"):
            for event_id in event_ids:
                transaction.connection.execute(sa.text(f"DELETE FROM {box} WHERE id = :id"), {"id": event_id})  # noqa: S608 - constants
        transaction.commit()
    database.dispose()
