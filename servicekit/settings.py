"""Settings from the environment: declared once as dataclass fields, read and checked together at start."""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

SettingsT = TypeVar("SettingsT")
_MISSING = dataclasses.MISSING
ONLY_FOR_DEVELOPMENT = "only-for-development"
"""Part of every secret that stands in the repository for everybody to read, so that production knows it."""


class SettingsError(Exception):
    """The environment is not fit to start with; the text names every variable that is wrong."""


@dataclasses.dataclass(frozen=True, slots=True)
class Described:
    """A setting, for `help settings`."""

    variable: str
    default: str
    meaning: str


def setting(variable: str, *, meaning: str, default: Any = _MISSING, secret: bool = False) -> Any:
    """A field of a settings dataclass, read from the variable. Without a default it is required."""
    metadata = {"variable": variable, "meaning": meaning, "secret": secret}
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


def load(settings_class: type[SettingsT], environ: Mapping[str, str]) -> SettingsT:
    """Read the class's fields: str, int, float, bool, `str | None` or tuple[str, ...] (comma separated).

    An empty variable counts as absent. Raises SettingsError.
    """
    hints = typing.get_type_hints(settings_class)
    values: dict[str, object] = {}
    wrong: list[str] = []
    for field in dataclasses.fields(settings_class):  # type: ignore[arg-type] # any dataclass
        variable = field.metadata["variable"]
        text = environ.get(variable, "").strip()
        if not text:
            if field.default is _MISSING:
                wrong.append(f"{variable} is required ({field.metadata['meaning']})")
            continue
        try:
            values[field.name] = _read(text, hints[field.name])
        except ValidationError:
            wrong.append(f"{variable} is not a valid {_name(hints[field.name])}")
    if wrong:
        raise SettingsError("; ".join(wrong))
    return settings_class(**values)


def meant_for_development(settings: Any) -> list[str]:
    """What production refuses: a line for each variable with a secret that anybody can read."""
    return [
        f"{field.metadata['variable']} is {ONLY_FOR_DEVELOPMENT}: production needs one of its own"
        for field in dataclasses.fields(settings)
        if ONLY_FOR_DEVELOPMENT in str(getattr(settings, field.name))
    ]


def describe(settings_class: type[Any]) -> list[Described]:
    """Every setting of the class, in the order of its fields."""
    described = []
    for field in dataclasses.fields(settings_class):
        default = "required" if field.default is _MISSING else _text(field.default)
        shown = "(secret)" if field.metadata["secret"] and default not in {"", "required"} else default
        described.append(Described(field.metadata["variable"], shown, field.metadata["meaning"]))
    return described


_FIELDS: dict[Any, fields.Field[Any]] = {int: fields.Integer(), float: fields.Float(), bool: fields.Boolean()}


def _read(text: str, kind: Any) -> object:
    if kind == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _FIELDS[kind].deserialize(text) if kind in _FIELDS else text


def _name(kind: Any) -> str:
    return "choice of on or off" if kind is bool else "number"


def _text(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if isinstance(default, types.NoneType) else str(default)
