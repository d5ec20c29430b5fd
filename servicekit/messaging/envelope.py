"""The envelope of an event: CloudEvents 1.0 in JSON, with the extensions that the services agreed on.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

CONTENT_TYPE = JSONFormat.CONTENT_TYPE
MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
"""Of objects and lists inside each other."""


class Unintelligible(Exception):
    """A message that cannot be understood, and will not be by waiting: it is parked for a person."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event. `sequence` is the version of the aggregate that spoke; `store` the tenant's slug."""

    id: str
    type: str
    source: str
    subject: str
    store: str
    time: datetime
    data: dict[str, Any]
    sequence: int
    dataschema: str
    causationid: str | None = None
    traceparent: str | None = None
    requestid: str | None = None

    def to_json(self) -> bytes:
        """The structured JSON form."""
        attributes = {
            "specversion": "1.0",
            "datacontenttype": "application/json",
            "time": self.time.astimezone(UTC),
        }
        for name in _TEXTS + OPTIONAL_TEXTS:
            if (value := getattr(self, name)) is not None:
                attributes[name] = value
        return JSONFormat().write(CloudEvent({**attributes, "sequence": self.sequence}, self.data))

    @staticmethod
    def from_json(raw: bytes) -> "Envelope":
        """Read the structured JSON form. Raises Unintelligible, and nothing else, on anything else.

        What it returns can be stored as it is, on either engine.
        """
        if len(raw) > MAX_BYTES:
            raise Unintelligible(f"longer than {MAX_BYTES} bytes")
        try:
            message = json.loads(raw.decode("utf-8"), object_pairs_hook=_once_each)
            _require_storable(message, MAX_DEPTH)
            _require_own_words(message)
            attributes = JSONFormat().read(CloudEvent, raw).get_attributes()
            time = attributes["time"].astimezone(UTC)
        except (ValueError, TypeError, OverflowError, RecursionError, CloudEventValidationError) as error:
            raise Unintelligible(f"not a CloudEvent: {type(error).__name__}") from error
        return Envelope(
            time=time,
            data=message["data"],
            sequence=message["sequence"],
            **{name: message.get(name) for name in (*_TEXTS, *OPTIONAL_TEXTS)},
        )


MAX_LENGTHS = {
    "id": 64,
    "type": 100,
    "source": 100,
    "subject": 64,
    "store": 64,
    "dataschema": 200,
    "causationid": 64,
    "traceparent": 64,
    "requestid": 128,
}
"""Of each text, as the columns have it: what is longer is none of ours."""

OPTIONAL_TEXTS = ("causationid", "traceparent", "requestid")
_TEXTS = tuple(name for name in MAX_LENGTHS if name not in OPTIONAL_TEXTS)


def _once_each(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON leaves open which of two members of one name counts: another reader may see another event."""
    by_name = dict(members)
    if len(by_name) != len(members):
        raise Unintelligible("a name stands twice in one object")
    return by_name


def _require_own_words(message: Any) -> None:
    """The library makes up an id and a time where there are none; two readings would be two events."""
    if not isinstance(message, dict) or not isinstance(message.get("data"), dict):
        raise Unintelligible("data is not a JSON object")
    if not isinstance(message.get("time"), str):
        raise Unintelligible("time is missing")
    sequence = message.get("sequence")
    if type(sequence) is not int or not 0 <= sequence < 2**31:
        raise Unintelligible("sequence is not a whole number")
    for name, longest in MAX_LENGTHS.items():
        text = message.get(name)
        if text is None and name in OPTIONAL_TEXTS:
            continue
        if not isinstance(text, str) or not 1 <= len(text) <= longest or not text.isprintable():
            raise Unintelligible(f"{name} is not a text of 1 to {longest} characters")


def _require_storable(value: object, depth: int) -> None:
    """PostgreSQL takes no NUL, no half of a surrogate pair and no NaN: one such row would fail its batch."""
    if depth == 0:
        raise Unintelligible(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, str):
        value.encode("utf-8")
        if "\x00" in value:
            raise Unintelligible("a text holds NUL")
    elif isinstance(value, float) and not math.isfinite(value):
        raise Unintelligible("a number is not finite")
    elif isinstance(value, list | dict):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            _require_storable(part, depth - 1)
