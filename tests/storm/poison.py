"""Poison of every kind: what no reader could understand, and what these readers cannot."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pika

from servicekit.messaging.envelope import CONTENT_TYPE, MAX_BYTES
from tests.builders.odd_events import on_the_wire

AS_EVENT = pika.BasicProperties(content_type=CONTENT_TYPE)
ALIEN = "00000000-0000-7000-8000-000000000000"
"""An order that will never exist."""
PLACED = {"total": 5980, "currency": "BRL", "method": "pix", "deadline": "2026-11-21T23:31:00Z"}
APPROVED = {"payment_id": "p", "attempt": 1, "status": "APPROVED", "method": "pix", "amount": 5980}
MEMBERS = ("id", "type", "source", "subject", "store", "time", "dataschema", "sequence", "data")


@dataclass(frozen=True, slots=True)
class Poison:
    """A message; `why` is part of the reason that an operator is told."""

    name: str
    why: str
    body: bytes
    properties: pika.BasicProperties = field(default_factory=lambda: AS_EVENT)

    @property
    def id(self) -> str:
        """By which it is parked: its own where that could be read, else its digest."""
        if self.why.startswith(("unknown event type", "order.", "payment.")):
            return str(json.loads(self.body)["id"])
        return hashlib.sha256(self.body).hexdigest()


def unreadable(event_type: str, source: str, data: dict[str, Any]) -> Iterator[Poison]:
    """What nobody can read as an event. Every text of it is another one for each type."""

    def event(data: Any = data, **members: Any) -> bytes:
        return on_the_wire(event_type, source, ALIEN, data, **members)

    text = event().decode()
    yield Poison("not JSON", "not a CloudEvent", f"approve {event_type}".encode())
    yield Poison("not UTF-8", "not a CloudEvent", text.encode("utf-16"))
    yield Poison("broken UTF-8", "not a CloudEvent", b"\xff\xfe" + event())
    yield Poison("empty", "not a CloudEvent", b"")
    yield Poison("NUL", "not a CloudEvent", b"\x00" * 100)
    yield Poison("NUL in a text", "NUL", event(data={"a": "\x00"}))
    yield Poison("half a surrogate pair", "not a CloudEvent", event(data={"a": "\ud83c"}))
    yield Poison("longer than the limit", "longer than", event(data={"a": "x" * MAX_BYTES}))
    yield Poison("longer than any sense", "longer than", event() + b" " * 8 * 1024 * 1024)
    yield Poison("nested too deeply", "nested deeper", event(data={"a": _nested(100)}))
    yield Poison("nested without end", "not a CloudEvent", b"[" * 100_000)
    yield Poison("a list", "not a JSON object", b"[" + event() + b"]")
    yield Poison("a number that is none", "not finite", event(data={"a": float("nan")}))
    yield Poison("a number past all", "not finite", event().replace(b'"data": {', b'"data": {"a": 1e999, '))
    yield Poison("a name twice", "twice", event().replace(b'"data": {', b'"data": {"a": 1, "a": 2, '))
    yield Poison("a sequence of 65 bits", "sequence", event(sequence=2**64))
    yield Poison("an id that is a number", "id is not a text", event(id=7))
    yield Poison("a time that is a number", "time is missing", event(time=1_763_767_000))
    yield Poison("data that is a text", "not a JSON object", event(data="approved"))
    for member in MEMBERS:
        without = {name: value for name, value in json.loads(event()).items() if name != member}
        why = {"data": "data", "time": "time"}.get(member, member)
        yield Poison(f"without {member}", why, json.dumps(without).encode())
    for content_type in ("text/plain", "application/json", None):
        properties = pika.BasicProperties(content_type=content_type)
        yield Poison(f"of type {content_type}", "content type", event(), properties)
    squeezed = pika.BasicProperties(content_type=CONTENT_TYPE, content_encoding="gzip")
    yield Poison("compressed", "not a CloudEvent", gzip.compress(event(), mtime=0), squeezed)


def not_understood(
    event_type: str, source: str, data: dict[str, Any], money: str, order_id: str
) -> Iterator[Poison]:
    """What is an event, of an order that there is, and says what its reader cannot understand."""

    def about(kind: str, said: dict[str, Any]) -> bytes:
        return on_the_wire(kind, source, order_id, said)

    next_version = event_type.replace(".v1", ".v2")
    topic = event_type.partition(".")[0]
    yield Poison("the next version", "unknown event type", about(next_version, data))
    yield Poison("an unknown type", "unknown event type", about(f"{topic}.teleported.v1", data))
    yield Poison("an event of the wrong queue", "unknown event type", about("stock.counted.v1", data))
    for name, value in {
        "a fraction": 59.8,
        "a whole fraction": 5980.0,
        "a text": "5980",
        "a truth": True,
        "65 bits": 2**64,
        "less than nothing": -1,
        "nothing": None,
        "a list": [5980],
    }.items():
        yield Poison(f"money that is {name}", event_type, about(event_type, {**data, money: value}))
    without = {name: value for name, value in data.items() if name != money}
    yield Poison("money that is missing", event_type, about(event_type, without))
    yield Poison("an unknown method", event_type, about(event_type, {**data, "method": "1 cheque"}))


def _nested(depth: int) -> list[Any]:
    inner: list[Any] = []
    for _ in range(depth):
        inner = [inner]
    return inner
