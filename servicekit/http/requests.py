"""Reading JSON bodies strictly: what the contract does not name is refused, and nothing is guessed."""

import json
import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, NoReturn

from flask import Flask, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate
from werkzeug.exceptions import RequestEntityTooLarge

from servicekit.http.problems import Problem

MAX_BODY_BYTES = 256 * 1024
LARGEST_EXPONENT = 100
# NUL and the other control characters but tab and line feed, and halves of surrogate pairs.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
CLEAN = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$"
"""What `is_clean` means, for those who read the API's document."""


class StrictSchema(Schema):
    """A schema that refuses members that it does not name."""

    class Meta:
        """Marshmallow reads this."""

        unknown = RAISE


class StrictInteger(fields.Integer):
    """A JSON integer that fits into 64 bits: no text, no fraction, no boolean."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strict=True, **options)

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        number = super()._validated(value)
        if not -(2**63) <= number < 2**63:
            raise self.make_error("too_large", input=value)
        return number


class StrictBoolean(fields.Field[bool]):
    """`true` or `false`, and no word or number that stands for one of them."""

    json_schema: ClassVar = {"type": "boolean"}

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Not a valid boolean.")
        return value


class StrictString(fields.String):
    """A text of at most `longest` characters that can be stored and printed: no control characters."""

    def __init__(self, *, longest: int, shortest: int = 0, **options: Any) -> None:
        super().__init__(validate=validate.Length(min=shortest, max=longest), **options)
        self.json_schema = {
            "type": "string",
            "minLength": shortest,
            "maxLength": longest,
            "pattern": CLEAN,
        }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        if not is_clean(text):
            message = "Control characters are not allowed."
            raise ValidationError(message)
        return text


def is_clean(text: str) -> bool:
    """Whether the text can be stored and printed as it is."""
    return not _UNWANTED.search(text)


class UuidString(fields.String):
    """A UUID in its canonical form."""

    json_schema: ClassVar = {"type": "string", "format": "uuid"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **options)
        try:
            return str(uuid.UUID(text))
        except ValueError as error:
            message = "Not a valid UUID."
            raise ValidationError(message) from error


def install_requests(app: Flask) -> None:
    """Refuse bodies that say that they are longer than MAX_BODY_BYTES with 413; of others, read no more.

    A path with a slash too many is none: a redirect would be no problem document, and repeat the path.
    """
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES


def parse_body(schema: Schema) -> Any:
    """Load the JSON body. Raises Problem: 400 malformed, 413 too large, 415 not JSON, 422 invalid."""
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise Problem(415, "unsupported-media-type", "Unsupported media type", "Send application/json.")
    body = _decode(request.get_data(cache=True))
    if not isinstance(body, dict):
        raise invalid({"_schema": ["Not an object."]})
    return parse(schema, body)


def read_body(most_bytes: int) -> bytes:
    """The body as it is, on a route that has a limit of its own. Raises RequestEntityTooLarge, 413."""
    # Of a body that does not tell its length only so much is read: a byte more says that it went on.
    request.max_content_length = most_bytes + 1
    raw = request.get_data()
    if len(raw) > most_bytes:
        raise RequestEntityTooLarge
    return raw


def parse_query(schema: Schema) -> Any:
    """Load the query string. Raises Problem 422."""
    return parse(schema, request.args.to_dict())


def parse(schema: Schema, values: dict[str, Any]) -> Any:
    """Load values of whatever part of the request. Raises Problem 422."""
    try:
        return schema.load(values)
    except ValidationError as error:
        raise invalid(error.messages_dict) from error


def invalid(errors: dict[str, Any]) -> Problem:
    """A 422 that names what is wrong, field by field."""
    return Problem(422, "validation-error", "Invalid request", "See errors for each field.", errors=errors)


def _decode(raw: bytes) -> object:
    try:
        # Numbers never pass through a binary float.
        return json.loads(raw.decode("utf-8"), parse_float=_decimal, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise Problem(400, "malformed-body", "Malformed body", "The body is not UTF-8.") from error
    except RecursionError as error:
        raise Problem(400, "malformed-body", "Malformed body", "The body is nested too deeply.") from error
    except ValueError as error:
        raise Problem(400, "malformed-body", "Malformed body", "The body is not valid JSON.") from error


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("an exponent beyond all bounds") from error
    if abs(number.adjusted()) > LARGEST_EXPONENT:  # a few bytes that would take gigabytes when written out
        raise ValueError("an exponent beyond all use")
    return number


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)
