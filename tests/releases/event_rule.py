"""What may change in an event while readers and writers of two releases run beside each other.

A writer of today is read by yesterday's reader, and a queue holds what yesterday's writer said: only a member
that is added is harmless both ways. For everything else there is a new type of event, `.v2`.
"""

from collections.abc import Mapping
from typing import Any

WORDS_FOR_PEOPLE = {"title", "description", "$comment", "examples"}
Schema = Mapping[str, Any]


def breaches(before: Mapping[str, Schema], after: Mapping[str, Schema]) -> list[str]:
    """What breaks the rule, in the schemas of all types before and after a change."""
    gone = [f"{event} is gone" for event in sorted(before.keys() - after.keys())]
    kept = sorted(before.keys() & after.keys())
    return gone + [breach for event in kept for breach in _of_object(event, before[event], after[event])]


def _of_object(path: str, before: Schema, after: Schema) -> list[str]:
    old, new = before.get("properties", {}), after.get("properties", {})
    lost = sorted(set(before.get("required", ())) & new.keys() - set(after.get("required", ())))
    found = [f"{path}.{name} is gone" for name in sorted(old.keys() - new.keys())]
    found += [f"{path}.{name} may be left out" for name in lost]
    for name in sorted(old.keys() & new.keys()):
        found += _of_member(f"{path}.{name}", old[name], new[name])
    if _rest(before) != _rest(after):
        found.append(f"{path} means something else")
    return found


def _of_member(path: str, before: Schema, after: Schema) -> list[str]:
    if "properties" in before and "properties" in after:
        return _of_object(path, before, after)
    old, new = _bare(before), _bare(after)
    changed = sorted(keyword for keyword in {**old, **new} if old.get(keyword) != new.get(keyword))
    return [f"{path} has another {keyword}" for keyword in changed]


def _bare(schema: Any) -> Any:
    """Without the words that only people read, at any depth."""
    if isinstance(schema, Mapping):
        return {key: _bare(value) for key, value in schema.items() if key not in WORDS_FOR_PEOPLE}
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


def _rest(schema: Schema) -> Any:
    """What is said of the object beside its members."""
    return {
        key: value for key, value in _bare(schema).items() if key not in {"properties", "required", "$id"}
    }
