"""Events as they should never be: every member that a reader looks at, with anything in it."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from structlog.testing import capture_logs

from servicekit.ids import new_id
from servicekit.messaging.inbox import read_message

EXTREMES = st.sampled_from(
    [
        None, True, 0, -1, 1, 2**31, 2**53, 2**63, -(2**63) - 1, 10**400, 1.5, 5980.0, 1e300,
        "", " ", "0", "5980", "59.80", "NaN", "pix", "PENDING", "APPROVED", "FINISHED", "expired", "BRL",
        "a" * 36, "a" * 64, "a" * 65, "a" * 3000, "\x1b[2J", "\u202e", "é" * 64, "\U0001f355" * 64,
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00", "2026-11-21T23:16:00", "2026-02-30T00:00:00Z", "2026-W47-6",
        [], [1], {}, {"a": 1},
    ]
)  # fmt: skip
ABSENT = object()
"""Stands for a member that is left out."""
anything = EXTREMES | st.text(max_size=70) | st.integers() | st.floats(allow_nan=False)


def odd(about: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The same data, of which one member or two hold anything, or are missing."""
    members = st.sampled_from(sorted(about))
    changes = st.dictionaries(members, anything | st.just(ABSENT), min_size=1, max_size=2)
    return changes.map(
        lambda drawn: {name: value for name, value in (about | drawn).items() if value is not ABSENT}
    )


def on_the_wire(event_type: str, source: str, order_id: str, data: dict[str, Any], **envelope: Any) -> bytes:
    """The event as it would have come from the broker; `envelope` says what else its members are."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": new_id(),
            "type": event_type,
            "source": source,
            "subject": order_id,
            "store": "default",
            "time": "2026-11-21T23:16:00Z",
            "datacontenttype": "application/json",
            "dataschema": f"/events/{event_type}.schema.json",
            "sequence": 3,
            "data": data,
        }
        | envelope
    ).encode()


class Reader:
    """A service that hears what comes from the broker."""

    def __init__(self, container: Any) -> None:
        self._container = container
        (self._loop,) = [loop for loop in container.loops if loop.name.endswith("-inbox")]

    def hear(self, *raw: bytes) -> list[Any]:
        """Take it in and handle what can be handled. Returns the inbox's rows of what came."""
        inbox = self._container.inbox
        messages = [read_message(one) for one in raw]
        inbox.store(messages)
        with capture_logs():
            while self._loop.step():
                pass
        # What could not even be read is kept under its digest.
        ids = {json.loads(one)["id"] for one in raw} | {hashlib.sha256(one).hexdigest() for one in raw}
        table = inbox.table
        with self._container.database.read() as connection:
            return list(connection.execute(sa.select(table).where(table.c.id.in_(ids))))
