"""A store: the tenant to which everything belongs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from orders_service.domain.catalogue_errors import UnknownCategory
from orders_service.domain.opening_hours import OpeningHours
from orders_service.domain.store_errors import CategoryInUse, StoreClosed

ALWAYS_OPEN = OpeningHours()


@dataclass(frozen=True, slots=True)
class Store:
    """A restaurant. `slug` names it for good, in paths, tokens and events; `time_zone` is an IANA name.

    `payment_deadline` is how long its orders wait to be paid; None: as long as anywhere. `version` counts its
    changes.
    """

    slug: str
    name: str
    time_zone: str
    categories: tuple[str, ...]
    payment_deadline: timedelta | None = None
    hours: OpeningHours = ALWAYS_OPEN
    version: int = 1

    @property
    def zone(self) -> ZoneInfo:
        """Whose clock is on its wall."""
        return ZoneInfo(self.time_zone)

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next; None where it is open now."""
        return self.hours.opens_at(now, self.zone)

    def require_open(self, now: datetime) -> None:
        """Raises StoreClosed."""
        opens_at = self.opens_at(now)
        if opens_at is not None:
            raise StoreClosed(opens_at)

    def require_category(self, category: str) -> None:
        """Raises UnknownCategory where the menu is not divided so."""
        if category not in self.categories:
            raise UnknownCategory(category, self.categories)

    def deadline(self, now: datetime, usual: timedelta) -> datetime:
        """Until when an order placed now has to be paid; `usual` is for stores that say nothing."""
        return now + (usual if self.payment_deadline is None else self.payment_deadline)

    def edited(self, changes: Mapping[str, Any], in_use: Collection[str]) -> Self:
        """The store with these fields changed; `in_use` are the categories that products are in.

        Raises CategoryInUse.
        """
        edited = replace(self, **changes, version=self.version + 1)
        lost = sorted(set(in_use) & set(self.categories) - set(edited.categories))
        if lost:
            raise CategoryInUse(lost)
        return edited


@dataclass(frozen=True, slots=True)
class StoreNow:
    """A store as it is at a moment. `opens_at` is when it opens next; None where it is open."""

    store: Store
    opens_at: datetime | None

    @classmethod
    def at(cls, store: Store, now: datetime) -> Self:
        """The store at this moment."""
        return cls(store, store.opens_at(now))
