"""What schemathesis has to know beside the document: SCHEMATHESIS_HOOKS=tests.api.schemathesis_hooks.

Tokens; ids of things that there are, so that not every call ends at 404; texts of our own formats; and what
a schema cannot say.
"""

import json
import os
import re
from typing import Any
from urllib.parse import urlencode

import schemathesis
from hypothesis import strategies as st
from stdnum.br import cpf

KNOWN: dict[str, list[str]] = json.loads(os.environ["FUZZ_KNOWN"])
"""Of each parameter of a path, values that exist."""
TOKENS: dict[str, str] = json.loads(os.environ["FUZZ_TOKENS"])
"""By role."""
UNPROCESSABLE = 422
TAIL = 1e-9
NOT_TO_BE_SAID = (
    "Not a cursor of this list.",
    "A name has a letter.",
    "is no IANA time zone, such as America/Sao_Paulo.",
)
"""A cursor is what another page said; no pattern means a letter to all who read it alike; zones are many."""
LONGEST_QUERY = 3000
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _cpf(digits: str) -> str:
    return digits + cpf._calc_check_digits(digits)


schemathesis.openapi.format("cpf", st.from_regex("[1-8][0-9]{8}", fullmatch=True).map(_cpf))
schemathesis.openapi.format("person-name", st.sampled_from(["Ana", "José da Silva", "Zoë O'Neil", "李"]))
schemathesis.openapi.format("time-zone", st.sampled_from(["America/Sao_Paulo", "America/Manaus", "UTC"]))
schemathesis.openapi.format("amount", st.sampled_from(["1", "9.9", "12.34", "99.00"]))
schemathesis.openapi.format(
    "written-time", st.sampled_from(["2026-12-01T18:00:00-03:00", "2999-12-31T23:59"])
)
schemathesis.openapi.format("email", st.sampled_from(["ana@example.com", "a.b+c@sub.example.org"]))


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """The first role that an operation admits signs in."""

    def get(self, _case: Any, context: Any) -> str | None:
        """The token."""
        raw = context.operation.definition.raw
        roles = sorted({role for one in raw["security"] for role in one.get("bearer", [])})
        return TOKENS[roles[-1]] if roles else None

    def set(self, case: Any, token: str | None, _context: Any) -> None:
        """Show it."""
        if token is not None:
            case.headers["Authorization"] = f"Bearer {token}"


def _there(values: dict[str, Any]) -> dict[str, Any]:
    """Half of the ids are of something that there is; what is no id on purpose stays as it is."""
    for name, value in values.items():
        if name in KNOWN and isinstance(value, str) and UUID.fullmatch(value):
            digits = int(value[-8:], 16)
            if digits % 2:
                values[name] = KNOWN[name][digits // 2 % len(KNOWN[name])]
    return values


@schemathesis.hook
def map_path_parameters(_context: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Ids in paths."""
    return values and _there(values)


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """Ids in bodies; an item's product can have any text for an id, of which none would ever be there."""
    if isinstance(body, dict):
        items = body["items"] if isinstance(body.get("items"), list) else []
        for one in (body, *items):
            if isinstance(one, dict):
                if str(one.get("product_id", "\n")).isprintable() and "quantity" in one:
                    one["product_id"] = KNOWN["product_id"][0]
                _there(one)
                _as_written(one)
    return body


def _as_written(values: dict[str, Any]) -> None:
    """As people write numbers, which JSON Schema cannot say.

    A multiple of 0.01 that is calculated in binary has a long tail, and 33.0 is whole to JSON Schema; the API
    takes neither for what it is not: an amount has two places, a count has no point.
    """
    for name, value in values.items():
        if isinstance(value, float) and abs(value - round(value, 2)) < TAIL:
            values[name] = int(value) if value.is_integer() else round(value, 2)


@schemathesis.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """A cursor cannot be made up: it is what another page said."""
    if query and context.operation is not None and isinstance(query.get("cursor"), str):
        query.pop("cursor")
    return query


@schemathesis.hook
def filter_query(_context: Any, query: dict[str, Any] | None) -> bool:
    """A line that is longer than the server reads is answered by the server itself, and not as documented."""
    return len(urlencode(query or {}, doseq=True)) < LONGEST_QUERY


@schemathesis.check
def refused_by_a_rule(_context: Any, response: Any, case: Any) -> None:
    """What the document admits is not refused as something that it forbids."""
    is_positive = case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE
    if is_positive and response.status_code == UNPROCESSABLE:
        told = json.loads(response.content)
        if told["type"] != "/problems/validation-error":
            return
        said = [message for messages in told["errors"].values() for message in _messages(messages)]
        wrong = [one for one in said if not one.endswith(NOT_TO_BE_SAID)]
        assert not wrong, f"the document admits this: {wrong}"


def _messages(said: Any) -> list[str]:
    """What is wrong in a field, or in the members of it."""
    if isinstance(said, dict):
        return [message for inner in said.values() for message in _messages(inner)]
    return list(said)
