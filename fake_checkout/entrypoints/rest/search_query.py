"""The query of a search, checked."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

from fake_checkout.domain.provider_time import read_instant
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.wire import PARAMS_ERROR
from fake_checkout.ports.books_query_port import PaymentSearch, SortColumn, TimeColumn, TimeRange

DEFAULT_LIMIT = 30
MAX_LIMIT = 1_000
MAX_OFFSET = 10_000_000
_RELATIVE = re.compile(r"NOW(?:-(\d{1,5})(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE)S?)?")
_UNITS = {
    "YEAR": timedelta(days=365),
    "MONTH": timedelta(days=30),
    "WEEK": timedelta(weeks=1),
    "DAY": timedelta(days=1),
    "HOUR": timedelta(hours=1),
    "MINUTE": timedelta(minutes=1),
}


def payment_search(query: Mapping[str, str], now: datetime, collector_id: int) -> PaymentSearch:
    """What is looked for. Raises Refused. Filters that the provider does not have are ignored, as it does."""
    sort = query.get("sort", "date_created")
    if sort not in get_args(SortColumn):
        raise Refused(PARAMS_ERROR, f"sort {sort} is invalid")
    criteria = query.get("criteria", "desc")
    if criteria not in {"asc", "desc"}:
        raise Refused(PARAMS_ERROR, f"criteria {criteria} is invalid")
    limit = _whole(query, "limit", DEFAULT_LIMIT)
    if limit > MAX_LIMIT:
        raise Refused(1000, "Number of rows exceeded the limits")
    return PaymentSearch(
        collector_id=collector_id,
        external_reference=query.get("external_reference"),
        status=query.get("status"),
        method=query.get("payment_method_id"),
        payer_id=query.get("payer.id"),
        within=_within(query, now),
        sort=cast("SortColumn", sort),
        ascending=criteria == "asc",
        limit=limit,
        offset=_whole(query, "offset", 0),
    )


def finds_nothing(query: Mapping[str, str]) -> bool:
    """Whether it asks for payments of a point of sale, of which the Payments API makes none."""
    return "store_id" in query or "pos_id" in query


def _within(query: Mapping[str, str], now: datetime) -> TimeRange | None:
    begin, end = query.get("begin_date"), query.get("end_date")
    if begin is None and end is None:
        return None
    column = query.get("range", "date_created")
    if column not in get_args(TimeColumn):
        raise Refused(PARAMS_ERROR, f"range {column} is invalid")
    return TimeRange(cast("TimeColumn", column), _time(begin, now), _time(end, now))


def _time(text: str | None, now: datetime) -> datetime | None:
    if text is None:
        return None
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        count, unit = relative.groups()
        return now if count is None else _before(now, int(count) * _UNITS[unit])
    try:
        # A plus sign that was not escaped arrives as a blank.
        return read_instant(text.replace(" ", "+"))
    except ValueError as error:
        raise Refused(1001, "Date format is invalid") from error


def _before(now: datetime, span: timedelta) -> datetime:
    """So long ago, or as early as can be told."""
    earliest = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
    return now - min(span, now - earliest)


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,8}", text) or int(text) > MAX_OFFSET:
        raise Refused(PARAMS_ERROR, f"{name} must be a number")
    return int(text)
