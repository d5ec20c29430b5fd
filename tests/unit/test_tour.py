"""The tour leads where it says: each name is in the file that it leads to, each change can still be made."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TOUR = (DOCS / "tour.md").read_text(encoding="utf-8")


def names_in(module: Path) -> set[str]:
    """Returns its functions and classes, however deep, and what is in a class as `Class.member` too."""
    nodes = list(ast.walk(ast.parse(module.read_text(encoding="utf-8"))))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    members = {
        f"{owner.name}.{member.name}"
        for owner in nodes
        if isinstance(owner, ast.ClassDef)
        for member in owner.body
        if isinstance(member, ast.FunctionDef)
    }
    return defined | members


def test_a_name_that_leads_to_a_file_is_defined_there():
    led = re.findall(r"\[`([\w.]+)`\]\(([^)]+\.py)\)", TOUR)

    assert led
    assert [(name, path) for name, path in led if name not in names_in(DOCS / path)] == []


def test_a_test_that_is_named_is_there():
    there = {name for path in (ROOT / "tests").rglob("test_*.py") for name in names_in(path)}
    named = set(re.findall(r"`(test_\w+)`", TOUR))

    assert named
    assert sorted(named - there) == []


def test_a_change_that_is_shown_can_still_be_made():
    """A block of differences names a file, shows some lines of it as they are, and new ones between them."""
    shown = re.findall(r"```diff\n(.*?)```", TOUR, re.DOTALL)
    changes = [re.split(r"^--- (.*)\n", block, flags=re.MULTILINE)[1:] for block in shown]

    assert changes
    for path, hunks in (pair for change in changes for pair in zip(change[::2], change[1::2], strict=True)):
        text = (ROOT / path).read_text(encoding="utf-8")
        for hunk in hunks.split("@@\n"):
            known = "\n".join(line[1:] for line in hunk.splitlines() if not line.startswith("+"))
            assert known in text, f"{path} has not:\n{known}"
