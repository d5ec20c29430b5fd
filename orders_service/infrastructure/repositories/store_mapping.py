"""Stores as rows, and back."""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import Row

from orders_service.domain.opening_hours import OpeningHours, OpenInterval
from orders_service.domain.store import Store


def store_values(store: Store) -> dict[str, object]:
    """The columns of a store."""
    deadline = store.payment_deadline
    return {
        "slug": store.slug,
        "name": store.name,
        "time_zone": store.time_zone,
        "categories": list(store.categories),
        "payment_deadline_seconds": None if deadline is None else int(deadline.total_seconds()),
        "opening_hours": [
            [one.weekday, one.opens.isoformat("minutes"), one.closes.isoformat("minutes")]
            for one in store.hours.intervals
        ],
        "version": store.version,
    }


def store_of(row: Row[Any]) -> Store:
    """The store that a row tells of."""
    seconds = row.payment_deadline_seconds
    return Store(
        slug=row.slug,
        name=row.name,
        time_zone=row.time_zone,
        categories=tuple(row.categories),
        payment_deadline=None if seconds is None else timedelta(seconds=seconds),
        hours=OpeningHours(
            tuple(
                OpenInterval(weekday, time.fromisoformat(opens), time.fromisoformat(closes))
                for weekday, opens, closes in row.opening_hours
            )
        ),
        version=row.version,
    )
