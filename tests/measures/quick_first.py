"""Plugin of pytest for `./run mutants`: a mutant is to be noticed soon, and each time alike.

Quick tests come first, by what mutmut measured before. Hypothesis draws the same examples each time, and
shrinks none: the smallest example costs minutes, and that there is one is all that counts.
"""

import json
from pathlib import Path

import pytest
from hypothesis import Phase, settings

MEASURED = Path("mutmut-stats.json")
"""mutmut keeps it where it runs the tests."""

settings.register_profile(
    "mutants", database=None, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("mutants")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the tests by their seconds."""
    if MEASURED.exists():
        seconds = json.loads(MEASURED.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0))
