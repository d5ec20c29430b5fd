"""What can go wrong about stores."""

from collections.abc import Sequence
from datetime import UTC, datetime

from orders_service.domain.errors import DomainError


class StoreNotFound(DomainError):
    """There is no such store."""

    slug = "store-not-found"
    kind = "not_found"
    title = "Store not found"

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no store {slug}.")


class SlugTaken(DomainError):
    """There is a store of this slug."""

    slug = "slug-taken"
    kind = "conflict"
    title = "Slug taken"

    def __init__(self, store: str) -> None:
        super().__init__(f"There is a store {store} already.")


class UnknownTimeZone(DomainError):
    """The name is not one of the IANA's time zones."""

    slug = "unknown-time-zone"
    kind = "invalid"
    title = "Unknown time zone"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is no IANA time zone, such as America/Sao_Paulo.")


class CategoryInUse(DomainError):
    """A store cannot give up a category that products on its menu are in."""

    slug = "category-in-use"
    kind = "conflict"
    title = "Category in use"

    def __init__(self, categories: Sequence[str]) -> None:
        super().__init__(f"The menu has products in: {', '.join(categories)}.")
        self.categories = list(categories)

    def members(self) -> dict[str, object]:
        """The categories that have to stay."""
        return {"categories": self.categories}


class StoreClosed(DomainError):
    """The store takes no orders at this time of the week."""

    slug = "store-closed"
    kind = "conflict"
    title = "Store closed"

    def __init__(self, opens_at: datetime) -> None:
        self.opens_at = opens_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        super().__init__(f"The store is closed. It opens at {self.opens_at}.")

    def members(self) -> dict[str, object]:
        """When it opens, by RFC 3339."""
        return {"opens_at": self.opens_at}
