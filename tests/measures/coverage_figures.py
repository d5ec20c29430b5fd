"""What coverage's JSON report says: how much of each file, and of each part of the house, the tests ran."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """Lines and branches, counted together: those that the tests ran, of all."""

    covered: int = 0
    total: int = 0

    def __add__(self, other: "Share") -> "Share":
        return Share(self.covered + other.covered, self.total + other.total)

    @property
    def per_mille(self) -> int:
        """Rounded down, so that only all of it is 1000."""
        return 1000 * self.covered // self.total if self.total else 1000

    def __str__(self) -> str:
        whole, tenth = divmod(self.per_mille, 10)
        return f"{whole}.{tenth} %"


def by_file(report: Mapping[str, Any]) -> dict[str, Share]:
    """The share of each file that has something to run."""
    summaries = {name: told["summary"] for name, told in report["files"].items()}
    shares = {
        name: Share(
            told["covered_lines"] + told["covered_branches"], told["num_statements"] + told["num_branches"]
        )
        for name, told in summaries.items()
    }
    return {name: share for name, share in shares.items() if share.total}


def by_part(files: Mapping[str, Share]) -> dict[str, Share]:
    """The share of each package, by name, and of each folder that is in one, by path; in their order."""
    parts: dict[str, Share] = {}
    for name, share in files.items():
        package, *folders = PurePosixPath(name).parent.parts
        for part in (package, *(f"{package}/{folder}" for folder in folders[:1])):
            parts[part] = parts.get(part, Share()) + share
    return dict(sorted(parts.items()))


def worst(files: Mapping[str, Share], number: int) -> list[tuple[str, Share]]:
    """The files of which the least was run, the worst first; those of which all was are never among them."""
    unfinished = [(name, share) for name, share in files.items() if share.covered < share.total]
    return sorted(unfinished, key=lambda one: (one[1].covered / one[1].total, one[0]))[:number]
