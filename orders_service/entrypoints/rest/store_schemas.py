"""Stores on the wire."""

import re
from datetime import time, timedelta
from typing import Annotated, Any, ClassVar, TypedDict

from marshmallow import ValidationError, fields, validate

from orders_service.domain.opening_hours import OpeningHours, OpenInterval, time_zone
from orders_service.domain.store import StoreNow
from orders_service.domain.store_errors import UnknownTimeZone
from orders_service.ports.page import Page
from servicekit.http.documentation import Instant, PageJson, Words
from servicekit.http.pagination import encode_cursor
from servicekit.http.requests import StrictInteger, StrictSchema, StrictString
from servicekit.http.stores import SLUG
from servicekit.messaging.outbox import instant

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LONGEST_DEADLINE = timedelta(days=1)
MOST_CATEGORIES = 50
MOST_INTERVALS = 50


class TimeZone(StrictString):
    """An IANA name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=64, **options)
        self.json_schema |= {"format": "time-zone", "description": "An IANA name, such as America/Sao_Paulo."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        name = super()._deserialize(value, attr, data, **options)
        try:
            time_zone(name)
        except UnknownTimeZone as error:
            raise ValidationError(str(error)) from error
        return name


class TimeOfDay(fields.Field[time]):
    """Such as 18:30."""

    json_schema: ClassVar = {"type": "string", "pattern": f"^({TIME_OF_DAY.pattern})$"}

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> time:
        if not isinstance(value, str) or not TIME_OF_DAY.fullmatch(value):
            raise ValidationError("Not a time of day, such as 18:30.")
        return time.fromisoformat(value)


class IntervalSchema(StrictSchema):
    """Hours on a weekday; where they close no later than they open, that is on the next day."""

    weekday = fields.String(required=True, validate=validate.OneOf(WEEKDAYS))
    opens = TimeOfDay(required=True)
    closes = TimeOfDay(required=True)


class Hours(fields.Field[OpeningHours]):
    """A list of intervals; an empty one is always open."""

    _intervals = fields.List(fields.Nested(IntervalSchema), validate=validate.Length(max=MOST_INTERVALS))
    json_schema: ClassVar = _intervals

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> OpeningHours:
        intervals = self._intervals.deserialize(value)
        return OpeningHours(
            tuple(
                OpenInterval(WEEKDAYS.index(one["weekday"]), one["opens"], one["closes"]) for one in intervals
            )
        )


class Categories(fields.Field[tuple[str, ...]]):
    """Each once. A category is a segment of a path, so that it has no slash."""

    _name = StrictString(shortest=1, longest=64)
    _count = validate.Length(min=1, max=MOST_CATEGORIES)
    _names = fields.List(_name, validate=_count)
    json_schema: ClassVar = {
        "type": "array",
        "items": _name.json_schema | {"not": {"pattern": r"/|^\s|\s$"}},
        "minItems": _count.min,
        "maxItems": _count.max,
        "uniqueItems": True,
    }

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> tuple[str, ...]:
        names = self._names.deserialize(value)
        if any("/" in name or name != name.strip() for name in names):
            raise ValidationError("A category has no slash, and no space around it.")
        if len(set(names)) < len(names):
            raise ValidationError("A category is named once.")
        return tuple(names)


class Deadline(fields.Field[timedelta]):
    """Seconds; null is what the settings say."""

    _seconds = StrictInteger(validate=validate.Range(1, int(LONGEST_DEADLINE.total_seconds())))
    json_schema: ClassVar = _seconds

    def _deserialize(self, value: Any, *_context: Any, **_options: Any) -> timedelta:
        return timedelta(seconds=self._seconds.deserialize(value))


class StoreChangesSchema(StrictSchema):
    """What of a store can be changed."""

    name = StrictString(shortest=1, longest=100)
    time_zone = TimeZone()
    categories = Categories()
    payment_deadline = Deadline(data_key="payment_deadline_seconds", allow_none=True)
    hours = Hours(data_key="opening_hours")


class NewStoreSchema(StoreChangesSchema):
    """A store to be founded."""

    slug = fields.String(required=True, validate=validate.Regexp(f"{SLUG}\\Z"))
    name = StrictString(shortest=1, longest=100, required=True)
    time_zone = TimeZone(required=True)


class IntervalJson(TypedDict):
    """Opening hours on one weekday; where they close no later than they open, that is on the next day."""

    weekday: Annotated[str, Words(enum=tuple(WEEKDAYS))]
    opens: Annotated[str, "Such as 18:30, in the store's time zone."]
    closes: str


class StoreJson(TypedDict):
    """A store as it is now."""

    slug: str
    name: str
    time_zone: Annotated[str, "An IANA name."]
    categories: list[str]
    open_now: bool
    opens_at: Annotated[Instant | None, "When it opens next; null while it is open."]
    opening_hours: Annotated[list[IntervalJson], "Empty: always open."]
    payment_deadline_seconds: Annotated[int | None, "Null: what the settings say."]


def store_json(seen: StoreNow) -> StoreJson:
    """A store as it is now, for anyone."""
    store = seen.store
    return {
        "slug": store.slug,
        "name": store.name,
        "time_zone": store.time_zone,
        "categories": list(store.categories),
        "open_now": seen.opens_at is None,
        "opens_at": None if seen.opens_at is None else instant(seen.opens_at),
        "opening_hours": [
            {
                "weekday": WEEKDAYS[one.weekday],
                "opens": one.opens.isoformat("minutes"),
                "closes": one.closes.isoformat("minutes"),
            }
            for one in store.hours.intervals
        ],
        "payment_deadline_seconds": (
            None if store.payment_deadline is None else int(store.payment_deadline.total_seconds())
        ),
    }


def stores_json(page: Page[StoreNow, str]) -> PageJson[StoreJson]:
    """A page of stores."""
    return {
        "items": [store_json(seen) for seen in page.items],
        "next": None if page.next is None else encode_cursor(page.next),
    }
