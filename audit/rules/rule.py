"""What a rule is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class When(StrEnum):
    """ALWAYS: in every committed state. AT_REST: of orders about which nothing was changed for a while."""

    ALWAYS = "always"
    AT_REST = "at rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One query.

    `says` is what must be so. `among` counts what is judged. `violations` selects, for each thing that is
    otherwise: what it is about, what was expected, what was found.
    """

    says: str
    when: When
    among: str
    violations: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An invariant, as one check or several. `needs` names the file without which it cannot be checked."""

    id: str
    title: str
    checks: Sequence[Check]
    needs: Literal["history", "tap"] | None = None

    @property
    def when(self) -> str:
        """When it is judged, in words."""
        return " and ".join(sorted({check.when.value for check in self.checks}))
