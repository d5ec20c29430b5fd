"""What an audit found."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a rule; NOT_CHECKED where the file that it needs was not given."""

    HOLDS = "holds"
    VIOLATED = "violated"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be: what it is about, what should be so, and both figures."""

    subject: str
    says: str
    expected: str
    found: str

    @classmethod
    def of(cls, says: str, row: Sequence[object]) -> "Difference":
        """A row of a check's query: what it is about, expected, found."""
        subject, expected, found = ("nothing" if value is None else str(value) for value in row)
        return cls(subject, says, expected, found)

    def __str__(self) -> str:
        return f"{self.subject}: {self.says}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule.

    `when` says whether it is judged always, at rest, or partly each. `looked_at` counts what was judged,
    `violations` all that is wrong; `differences` are the first of them.
    """

    rule: str
    title: str
    when: str
    outcome: Outcome
    looked_at: int
    violations: int
    differences: tuple[Difference, ...]

    def lines(self) -> Iterator[str]:
        """For people."""
        counted = "" if self.outcome is Outcome.NOT_CHECKED else f" ({self.looked_at:,} looked at)"
        yield f"{self.rule}  {self.outcome:<11}  {self.title}{counted}"
        for difference in self.differences:
            yield f"      {difference}"
        if self.violations > len(self.differences):
            yield f"      and {self.violations - len(self.differences):,} more"


@dataclass(frozen=True, slots=True)
class Report:
    """An audit: `orders` it found, of which `unsettled` were still moving and not judged by rules at rest."""

    at: datetime
    orders: int
    unsettled: int
    verdicts: tuple[Verdict, ...]

    @property
    def clean(self) -> bool:
        """Whether no rule is violated."""
        return not self.violated

    @property
    def violated(self) -> tuple[str, ...]:
        """The ids of the rules that are."""
        return tuple(one.rule for one in self.verdicts if one.outcome is Outcome.VIOLATED)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def as_json(self) -> str:
        """For machines; the members are those of Report, Verdict and Difference."""
        told = {"clean": self.clean, **asdict(self), "at": self.at.isoformat().replace("+00:00", "Z")}
        return json.dumps(told, indent=2, ensure_ascii=False)

    def _lines(self) -> Iterator[str]:
        yield f"{self.orders:,} orders, {self.unsettled:,} of them too young for the rules at rest"
        for verdict in self.verdicts:
            yield from verdict.lines()
        yield "clean" if self.clean else f"VIOLATED: {', '.join(self.violated)}"
