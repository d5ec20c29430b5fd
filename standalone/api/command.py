"""`./run api`: the documents anew, from what the code declares and from the examples that are kept."""

import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from orders_service.entrypoints.rest.app import create_app as create_orders_app
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.relay import Published, Relay
from servicekit.settings import load
from standalone.api.document import openapi, written
from standalone.api.events import asyncapi, schemas_of
from standalone.api.events_page import events_page
from standalone.api.examples import Examples
from standalone.api.recorder import Recorder
from standalone.api.refusals import Refusals
from standalone.api.story import Story
from standalone.demo import instance
from standalone.house import House
from standalone.keys import own_keys
from standalone.settings import Settings, environments

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "api"
EXAMPLES = DOCS / "examples.json"
SERVED = ROOT / "orders_service" / "entrypoints" / "docs" / "openapi.json"
PUBLIC_URL = "http://localhost:5000"
"""As people see it in the examples, wherever they were recorded."""


def applications(folder: Path) -> tuple[Flask, Flask]:
    """Those of orders and of payments, composed as in the embedded run and never asked. Opens no database."""
    house = _house(folder)
    return create_orders_app(house.orders, house.live), create_payments_app(house.payments)


def _house(folder: Path) -> House:
    settings = load(Settings, {"DATA_DIR": str(folder)})
    return House(environments(settings, {}, own_keys(folder, {})), threads=1)


def make_openapi(examples: Examples) -> str:
    """The document as it is kept."""
    with tempfile.TemporaryDirectory(prefix="comanda-api-") as folder:
        orders, payments = applications(Path(folder))
        return written(openapi(orders, payments, examples))


def record() -> Examples:
    """New examples, from two fresh systems. Raises NotRecorded."""
    examples = Examples()
    with tempfile.TemporaryDirectory(prefix="comanda-api-") as folder:
        orders, payments = applications(Path(folder))
        document = openapi(orders, payments, Examples())
        for day, play in (("day", Story), ("bad-day", Refusals)):
            own = Path(folder, day)
            own.mkdir()
            with instance(str(own), PUBLIC_URL=PUBLIC_URL, PAYMENT_DEADLINE_SECONDS="900") as url:
                play(Recorder(url, document, examples)).play()
            for kind, event in _said_in(own).items():
                examples.events.setdefault(kind, event)
    return examples


def _said_in(folder: Path) -> dict[str, Any]:
    """The first event of each type that a system has said: as its relay would say it again."""
    house = _house(folder)
    heard = _Ear()
    for one in (house.orders, house.payments):
        one.sent_events.send_again(timedelta(days=1))
        relay = Relay(one.database, one.outbox, heard)
        while relay.step():
            pass
        one.database.dispose()
    return {event.type: json.loads(event.to_json()) for event in reversed(heard.events)}


class _Ear:
    """A publisher that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []

    def publish(self, window: Sequence[Envelope]) -> Published:
        """Keep them."""
        self.events += window
        return Published(frozenset(event.id for event in window))

    def idle(self) -> None:
        """Nothing to look after."""


def write_documents(*, anew: bool) -> None:
    """Write them where they are kept and where they are served from; `anew` with other examples."""
    if anew:
        record().write(EXAMPLES)
    for path, text in documents(Examples.read(EXAMPLES)).items():
        path.write_text(text, encoding="utf-8")


def documents(examples: Examples) -> dict[Path, str]:
    """What is generated, by where it is kept."""
    made, schemas = make_openapi(examples), schemas_of(ROOT / "docs" / "events")
    return {
        DOCS / "openapi.json": made,
        SERVED: made,
        DOCS / "asyncapi.json": written(asyncapi(schemas, examples.events)),
        DOCS / "events.md": events_page(schemas, examples.events),
    }
