"""JSON Schema of what the code declares: of answers by their TypedDicts, of requests by marshmallow's fields.

https://json-schema.org/draft/2020-12, which is what OpenAPI 3.1 has.
"""

import inspect
import re
import types
from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from marshmallow import Schema, fields, validate

from servicekit.http.documentation import Words

JsonSchema = dict[str, Any]

SIMPLE: dict[object, JsonSchema] = {
    Any: {},
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
}
FIELDS: dict[type[fields.Field[Any]], JsonSchema] = {
    fields.Date: {"type": "string", "format": "date"},
    fields.Boolean: {"type": "boolean"},
    fields.Integer: {"type": "integer"},
    fields.String: {"type": "string"},
}


class Undescribed(Exception):
    """A type or a field of which nothing is known here; or two that would have one name."""


class Schemas:
    """The named schemas of one document."""

    def __init__(self) -> None:
        self.named: dict[str, JsonSchema] = {}
        self._source: dict[str, object] = {}

    def of_type(self, said: Any) -> JsonSchema:
        """Of a value in an answer. Raises Undescribed."""
        origin, arguments = get_origin(said), get_args(said)
        if said in SIMPLE:
            return dict(SIMPLE[said])
        if origin is Annotated:
            return _annotated(self.of_type(arguments[0]), said.__metadata__)
        if origin in {Union, types.UnionType}:
            return _any_of([self.of_type(one) for one in arguments])
        if origin is list:
            return {"type": "array", "items": self.of_type(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of_type(arguments[1])}
        if is_typeddict(origin or said):
            return self._typed_dict(said)
        raise Undescribed(repr(said))

    def of_schema(self, schema: Schema) -> JsonSchema:
        """Of a body. Raises Undescribed."""
        name = re.sub("(Request)?Schema$", "", type(schema).__name__.lstrip("_")) + "Request"
        return self._name(name, type(schema), lambda: self._members(schema))

    def of_field(self, field: fields.Field[Any]) -> JsonSchema:
        """Of a member of a body, or of a parameter. Raises Undescribed."""
        made = self._plain(field)
        for validator in field.validators:
            made |= _validated(validator, made.get("type"))
        if isinstance(field.load_default, str | int) and not isinstance(field.load_default, Enum):
            made["default"] = field.load_default
        elif isinstance(field.load_default, Enum):
            made["default"] = field.load_default.value
        return _any_of([made, {"type": "null"}]) if field.allow_none else made

    def _plain(self, field: fields.Field[Any]) -> JsonSchema:
        own = getattr(field, "json_schema", None)
        if isinstance(own, fields.Field):
            return self.of_field(own)
        if own is not None:
            return dict(own)
        if isinstance(field, fields.Nested):
            return self.of_schema(field.schema)
        if isinstance(field, fields.List):
            return {"type": "array", "items": self.of_field(field.inner)}
        if isinstance(field, fields.Enum):
            return {"enum": [one.value if field.by_value else one.name for one in field.enum]}
        for known, made in FIELDS.items():
            if isinstance(field, known):
                return dict(made)
        raise Undescribed(repr(field))

    def _members(self, schema: Schema) -> JsonSchema:
        members = {field.data_key or name: field for name, field in schema.fields.items()}
        required = [name for name, field in members.items() if field.required]
        return {
            "type": "object",
            "description": _told(type(schema)),
            "properties": {name: self.of_field(field) for name, field in members.items()},
            **({"required": required} if required else {}),
            "additionalProperties": False,
            **getattr(schema, "json_rules", {}),
        }

    def _typed_dict(self, said: Any) -> JsonSchema:
        origin, arguments = get_origin(said) or said, get_args(said)
        hints = get_type_hints(origin, include_extras=True)
        chosen = dict(zip(getattr(origin, "__parameters__", ()), arguments, strict=False))
        inner = "".join(one.__name__.removesuffix("Json").capitalize() for one in arguments)
        return self._name(
            origin.__name__.removesuffix("Json") + ("Of" + inner if inner else ""),
            said,
            lambda: {
                "type": "object",
                "description": _told(origin),
                "properties": {name: self.of_type(_bound(hint, chosen)) for name, hint in hints.items()},
                "required": list(hints),
            },
        )

    def _name(self, name: str, source: object, make: Any) -> JsonSchema:
        if self._source.setdefault(name, source) != source:
            raise Undescribed(f"{source} and {self._source[name]} would both be {name}")
        if name not in self.named:
            self.named[name] = {}  # whoever refers to itself finds it
            self.named[name] = make()
        return {"$ref": f"#/components/schemas/{name}"}


def _told(source: type) -> str:
    return (inspect.getdoc(source) or "").replace("\n\n", "\n").strip()


def _bound(hint: Any, chosen: dict[Any, Any]) -> Any:
    """The hint of a generic type's member with its variable filled in."""
    if get_origin(hint) is list and get_args(hint)[0] in chosen:
        return list[chosen[get_args(hint)[0]]]  # type: ignore[misc] # known only now
    return hint


def _any_of(choices: list[JsonSchema]) -> JsonSchema:
    """One of them; of a simple one or null, in the short form."""
    null = {"type": "null"}
    others = [one for one in choices if one != null]
    if len(others) == len(choices):
        return {"anyOf": choices}
    (only,) = others if len(others) == 1 else ({},)
    if "enum" in only:
        return only | {"enum": [*only["enum"], None]}
    if isinstance(only.get("type"), str):
        return only | {"type": [only["type"], "null"]}
    return {"anyOf": choices}


def _annotated(made: JsonSchema, said: tuple[object, ...]) -> JsonSchema:
    for one in said:
        if isinstance(one, str):
            made = made | {"description": one}
        elif isinstance(one, Words):
            said_words = {name: word for name, word in asdict(one).items() if word is not None}
            made = made | said_words | ({"enum": list(one.enum)} if one.enum is not None else {})
        elif isinstance(one, type) and issubclass(one, Enum):
            nullable = "null" in made.get("type", ())
            made = {"enum": [member.value for member in one] + ([None] if nullable else [])}
        else:
            raise Undescribed(repr(one))
    return made


def _validated(validator: object, kind: object) -> JsonSchema:
    """What a validator demands of a value of that kind."""
    match validator:
        case validate.Length(min=shortest, max=longest):
            of_what = "Items" if kind == "array" else "Length"
            return _bounds({f"min{of_what}": shortest, f"max{of_what}": longest})
        case validate.Range(min=lowest, max=highest):
            return _bounds({"minimum": lowest, "maximum": highest})
        case validate.OneOf(choices=choices):
            return {"enum": list(choices)}
        case validate.Equal(comparable=value):
            return {"const": value}
        case validate.Regexp(regex=regex):
            return {"pattern": "^" + str(regex.pattern).removesuffix(r"\Z") + "$"}
    raise Undescribed(repr(validator))


def _bounds(said: dict[str, object]) -> JsonSchema:
    """Those that are numbers; a day's are told in words."""
    return {name: bound for name, bound in said.items() if isinstance(bound, int)}
