"""The two files that not everybody has, as JSON lines: what clients were told, and what was on the wire.

History: a line for each call that a client made, all clients' calls from the first order on.

    {"key": "k-1", "call": "checkout", "status": 201, "order_id": "01a2..."}

`key` is the call's idempotency key; a call that was tried again stands there again, with the same key.
`status` is the answer's, null where there was none. `order_id` is the order's where the status is 201. Calls
of other names are passed over.

Tap: a line for each message that was on the wire, from the first event on.

    {"id": "01a2...", "type": "order.paid.v1", "source": "/orders", "subject": "01a2...", "digest": "9f86..."}

`digest` is the SHA-256 of the message's bytes in hexadecimal digits. The others are the envelope's, or null
where it cannot be read. `"poisoned": true` stands beside them where a tester broke or made up the message.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from audit.books import CannotRead

Row = tuple[object, ...]
TEXT: tuple[type, ...] = (str,)
MAYBE_TEXT: tuple[type, ...] = (str, type(None))


def read_history(path: Path) -> Iterator[Row]:
    """Key, status and order of each checkout. Raises CannotRead."""
    return _lines("history", path, _asked)


def read_tap(path: Path) -> Iterator[Row]:
    """Id, type, source, subject, digest of each message, and whether it was poisoned. Raises CannotRead."""
    return _lines("tap", path, _tapped)


def _lines(name: str, path: Path, read: Callable[[dict[str, Any]], Row | None]) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = read(dict(json.loads(line)))
                except (ValueError, TypeError, LookupError, RecursionError) as error:
                    raise CannotRead(name, f"line {number} of {path} is not one ({error!r})") from error
                if row is not None:
                    yield row
    except UnicodeDecodeError as error:
        raise CannotRead(name, f"{path} is not text") from error
    except OSError as error:
        raise CannotRead(name, f"{path}: {error.strerror}") from error


def _asked(line: dict[str, Any]) -> Row | None:
    if line["call"] != "checkout":
        return None
    return _of(line, "key", TEXT), _of(line, "status", (int, type(None))), _of(line, "order_id", MAYBE_TEXT)


def _tapped(line: dict[str, Any]) -> Row:
    envelope = tuple(_of(line, name, MAYBE_TEXT) for name in ("id", "type", "source", "subject"))
    return *envelope, _of(line, "digest", TEXT), int(bool(line.get("poisoned", False)))


def _of(line: dict[str, Any], name: str, kinds: tuple[type, ...]) -> object:
    value = line.get(name)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise TypeError(name)
    return value
