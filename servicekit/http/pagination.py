"""Lists by keyset: the cursor holds the last item's sort key, so a late page costs what the first does."""

import base64
import json
from typing import Any, ClassVar

from marshmallow import ValidationError, fields, validate

from servicekit.http.requests import is_clean

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
NOT_A_CURSOR = "Not a cursor of this list."


class Limit(fields.Integer):
    """How many items a page has."""

    def __init__(self) -> None:
        super().__init__(load_default=DEFAULT_LIMIT, validate=validate.Range(1, MAX_LIMIT))


class Cursor(fields.Field[list[str] | None]):
    """An opaque cursor of `parts` texts; absent, the first page."""

    json_schema: ClassVar = {
        "type": "string",
        "minLength": 1,
        "description": "What `next` of another page said.",
    }

    def __init__(self, parts: int) -> None:
        super().__init__(load_default=None)
        self._parts = parts

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> list[str]:
        try:
            key = json.loads(base64.urlsafe_b64decode(value.encode() + b"=="))
        except (ValueError, RecursionError) as error:
            raise ValidationError(NOT_A_CURSOR) from error
        if not isinstance(key, list) or len(key) != self._parts:
            raise ValidationError(NOT_A_CURSOR)
        if not all(isinstance(part, str) and is_clean(part) for part in key):
            raise ValidationError(NOT_A_CURSOR)
        return key


def encode_cursor(*key: str) -> str:
    """The cursor after an item with this sort key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")
