"""The request of every use case that looks for orders whose time has come."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sweep:
    """At most so many orders."""

    limit: int
