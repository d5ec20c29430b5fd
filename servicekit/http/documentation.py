"""What a view does not tell by its code, said beside it: the API's document is made of that.

Types of answers are TypedDicts, which mypy holds the code to. `Annotated` adds what they cannot say: a text
describes, Words are those of JSON Schema, and an enumeration is one of its values.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypedDict, TypeVar

from marshmallow import Schema

ViewT = TypeVar("ViewT", bound=Callable[..., Any])
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of JSON Schema, for an annotation."""

    format: str | None = None
    pattern: str | None = None
    const: str | None = None
    enum: tuple[str, ...] | None = None


Uuid = Annotated[str, Words(format="uuid")]
Instant = Annotated[str, Words(format="date-time"), "RFC 3339, in UTC."]
Url = Annotated[str, Words(format="uri")]
Reais = Annotated[str, Words(pattern=r"^-?[0-9]+\.[0-9]{2}$"), "Reais, with two places."]


class PageJson(TypedDict, Generic[ItemT]):
    """One page of a list."""

    items: list[ItemT]
    next: Annotated[str | None, "The cursor of the page after this one; null where this is the last."]


@dataclass(frozen=True, slots=True)
class Content:
    """What is no JSON: the media types that it can have."""

    media_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem that is no domain error of a class of its own."""

    status: int
    slug: str
    title: str


TOO_MANY = Refusal(429, "too-many-requests", "Too many requests")
FORBIDDEN = Refusal(403, "forbidden", "Forbidden")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documentation:
    """What is said of a view.

    `answers` are by status: the type of a JSON body, Content, or None for no body. `headers` are those of an
    answer that is no problem. `problems` are domain errors, or refusals of the view's own. `path` is what the
    view reads the path's parameters with, and `also_for` names roles to which an open route tells more.
    What follows from policy, body, query and the rest is not repeated here: 401, 415, and so on.
    """

    summary: str
    answers: Mapping[int, Any]
    body: Schema | Content | None = None
    body_required: bool = True
    query: Schema | None = None
    headers: tuple[str, ...] = ()
    problems: tuple[Any, ...] = ()
    takes_key: bool = False
    takes_match: bool = False
    also_for: tuple[str, ...] = ()
    event_stream: bool = False
    path: Schema | None = None


def documented(summary: str, *, answers: Mapping[int, Any], **said: Any) -> Callable[[ViewT], ViewT]:
    """Say of a view what Documentation holds."""

    def decorate(view: ViewT) -> ViewT:
        view.__dict__["documentation"] = Documentation(summary=summary, answers=answers, **said)
        return view

    return decorate


def no_api(view: ViewT) -> ViewT:
    """A page, or something of the house's own: no document is about it."""
    view.__dict__["documentation"] = None
    return view
