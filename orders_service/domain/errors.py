"""What can go wrong by the restaurant's own rules. `str(error)` is the detail that a person reads.

Each area has its errors in a module of its own.
"""

from typing import ClassVar, Literal

Kind = Literal["invalid", "not_found", "conflict", "forbidden", "unsupported", "unavailable"]


class DomainError(Exception):
    """A rule was broken. `slug` names which, for good; `kind` says how a door should answer."""

    slug: ClassVar[str]
    kind: ClassVar[Kind]
    title: ClassVar[str]

    def members(self) -> dict[str, object]:
        """What the problem tells beside its detail."""
        return {}
