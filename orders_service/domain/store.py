"""A store: the tenant to which everything belongs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Store:
    """A restaurant. `slug` names it for good, in paths, tokens and events; `time_zone` is an IANA name."""

    slug: str
    name: str
    time_zone: str
    categories: tuple[str, ...]
