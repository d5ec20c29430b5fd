"""Holds answers to the committed OpenAPI document: whatever is answered must be what it says."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCUMENT = Path(__file__).parents[2] / "docs" / "api" / "openapi.json"
BASE = "urn:openapi"
STREAMS = "text/event-stream"
BUG = 500
"""Nothing promises one. Tests that break something on purpose look themselves at what is said then."""


class Contract:
    """A document of OpenAPI 3.1, as the judge of answers."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._registry = Registry().with_resource(BASE, Resource(document, DRAFT202012))
        self._paths = sorted(
            ((_pattern(path), path) for path in document["paths"]), key=lambda known: known[1].count("{")
        )
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def complaint(self, method: str, path: str, status: int, media_type: str, body: bytes | None) -> str:
        """What of the answer is not as the document says; empty where all is. A body of None is not seen."""
        if status == BUG:
            return ""
        found = self._find(method, path)
        if found is None:
            return f"{method} {path} is not documented"
        at = ("paths", found, method.lower(), "responses", str(status))
        response = self._at(at)
        if response is None:
            return f"{method} {found}: {status} is not documented"
        contents = response.get("content", {})
        if not contents:
            return f"{method} {found}: {status} has a body" if body else ""
        if media_type not in contents:
            return f"{method} {found}: {status} is {media_type}"
        schema = contents[media_type].get("schema")
        told = () if body is None or schema is None else self._errors((*at, media_type), schema, body)
        return "; ".join(f"{method} {found}: {status} {error.json_path}: {error.message}" for error in told)

    def _find(self, method: str, path: str) -> str | None:
        for pattern, known in self._paths:
            if pattern.fullmatch(path) and method.lower() in self._document["paths"][known]:
                return known
        return None

    def _at(self, where: tuple[str, ...]) -> Any:
        found: Any = self._document
        for name in where:
            if name not in found:
                return None
            found = found[name]
        reference = found.get("$ref")
        return self._at(tuple(reference.removeprefix("#/").split("/"))) if reference else found

    def _errors(self, at: tuple[str, ...], schema: Any, body: bytes) -> Iterator[ValidationError]:
        yield from self._validator(at, schema).iter_errors(json.loads(body))

    def _validator(self, key: tuple[str, ...], schema: dict[str, Any]) -> Draft202012Validator:
        if key not in self._validators:
            absolute = json.loads(json.dumps(schema).replace('"#/', f'"{BASE}#/'))
            self._validators[key] = Draft202012Validator(
                absolute,
                registry=self._registry,
                format_checker=Draft202012Validator.FORMAT_CHECKER,
            )
        return self._validators[key]


@cache
def committed() -> Contract:
    """The one that is released."""
    return Contract(json.loads(DOCUMENT.read_text(encoding="utf-8")))


def _pattern(path: str) -> re.Pattern[str]:
    places = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))
    below_stores = "" if path.startswith(("/stores", "/health")) else "(?:/stores/[^/]+)?"
    return re.compile(below_stores + places)
