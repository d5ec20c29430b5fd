"""The envelope of an event: CloudEvents 1.0 in JSON, with the extensions that the services agreed on.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

CONTENT_TYPE = JSONFormat.CONTENT_TYPE
MAX_BYTES = 256 * 1024
MAX_ID = 64
"""Identifiers longer than this are none of ours."""


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
        for name in _TEXTS + _OPTIONAL_TEXTS:
            if (value := getattr(self, name)) is not None:
                attributes[name] = value
        return JSONFormat().write(CloudEvent({**attributes, "sequence": self.sequence}, self.data))

    @staticmethod
    def from_json(raw: bytes) -> "Envelope":
        """Read the structured JSON form. Raises Unintelligible, and nothing else, on anything else."""
        if len(raw) > MAX_BYTES:
            message = f"longer than {MAX_BYTES} bytes"
            raise Unintelligible(message)
        try:
            event = JSONFormat().read(CloudEvent, raw)
            data = event.get_data()
            # PostgreSQL takes neither NUL nor half a surrogate pair in a text.
            json.dumps([event.get_attributes(), data], ensure_ascii=False, default=str).encode()
        except (ValueError, TypeError, AttributeError, RecursionError, CloudEventValidationError) as error:
            message = f"not a CloudEvent: {type(error).__name__}"
            raise Unintelligible(message) from error
        if b"\\u0000" in raw or not isinstance(data, dict):
            message = "data is not a storable JSON object"
            raise Unintelligible(message)
        return _from_attributes(event.get_attributes(), data)


_TEXTS = ("id", "type", "source", "subject", "store", "dataschema")
_OPTIONAL_TEXTS = ("causationid", "traceparent", "requestid")


def _from_attributes(attributes: dict[str, Any], data: dict[str, Any]) -> Envelope:
    texts: dict[str, Any] = {name: attributes.get(name) for name in _TEXTS + _OPTIONAL_TEXTS}
    time, sequence = attributes.get("time"), attributes.get("sequence")
    if any(not isinstance(texts[name], str) or not texts[name] for name in _TEXTS):
        message = f"one of {', '.join(_TEXTS)} is missing"
        raise Unintelligible(message)
    if any(not isinstance(texts[name], str | None) for name in _OPTIONAL_TEXTS):
        message = f"one of {', '.join(_OPTIONAL_TEXTS)} is no text"
        raise Unintelligible(message)
    if len(texts["id"]) > MAX_ID or len(texts["subject"]) > MAX_ID or len(texts["store"]) > MAX_ID:
        message = "an identifier is too long"
        raise Unintelligible(message)
    if not isinstance(time, datetime) or time.tzinfo is None:
        message = "time is not an instant"
        raise Unintelligible(message)
    if type(sequence) is not int or not 0 <= sequence < 2**31:
        message = "sequence is not a whole number"
        raise Unintelligible(message)
    return Envelope(time=time, data=data, sequence=sequence, **texts)
