"""What a rule is."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class When(StrEnum):
    """ALWAYS: in every committed state. AT_REST: of orders about which nothing was changed for a while."""

    ALWAYS = "always"
    AT_REST = "at rest"


@dataclass(frozen=True, slots=True)
class Check:
    """One query.

    `says` is what must be so. `among` are the rows that are judged, as a FROM clause. `otherwise` selects
    what is not so: what it is about, what was expected, what was found.
    """

    says: str
    when: When
    among: str
    otherwise: str


@dataclass(frozen=True, slots=True)
class Rule:
    """An invariant, as one check or several. `needs` names the file without which it cannot be checked."""

    id: str
    title: str
    checks: tuple[Check, ...]
    needs: Literal["history", "tap"] | None = None

    @property
    def when(self) -> str:
        """When it is judged, in words."""
        return " and ".join(sorted({check.when.value for check in self.checks}))


def rule(rule_id: str, title: str, *checks: Check, needs: Literal["history", "tap"] | None = None) -> Rule:
    """A rule of these checks."""
    return Rule(rule_id, title, checks, needs)


def always(says: str, *, among: str, otherwise: str) -> Check:
    """A check of every committed state."""
    return Check(says, When.ALWAYS, among, otherwise)


def at_rest(says: str, *, among: str, otherwise: str) -> Check:
    """A check of what nothing was changed about for a while."""
    return Check(says, When.AT_REST, among, otherwise)
