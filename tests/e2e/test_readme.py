"""The marked blocks of the documents are walked as they are written, and are answered as is printed there."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.postman import USUAL_DEADLINES
from tests.servers.system import ROOT, EmbeddedSystem, clean_environ

DOCUMENTS = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
}
MARK = "<!-- step: "
ADDRESS = "http://localhost:5000"
DOCUMENT_SECONDS = 120
PRINTED = {"status", "type", "method", "currency", "attempt"}
"""Members whose values are the same each time, and so are compared as well."""


@dataclass(frozen=True)
class Step:
    """A marked block: what to type, and what it says is answered."""

    name: str
    typed: str
    kind: str
    answer: str


def steps_of(text: str) -> list[Step]:
    marked = MARK + r"([\w ]+) -->\n```sh\n(.*?)```\n(?:\n```(json|text)\n(.*?)```\n)?"
    return [Step(*found) for found in re.findall(marked, text, re.DOTALL)]


STEPS = {name: steps for name, text in DOCUMENTS.items() if (steps := steps_of(text))}


def shape(value: Any) -> Any:
    """Returns the names of members and the kinds of values, and values where they are always the same."""
    if isinstance(value, dict):
        return {
            name: inner if name in PRINTED and not isinstance(inner, dict) else shape(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [shape(inner) for inner in value[:1]]
    return type(value).__name__


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedSystem]:
    """A system as `./run` starts it, for the documents alone: they turn its clock and audit its books."""
    embedded = EmbeddedSystem(tmp_path_factory.mktemp("documents"), USUAL_DEADLINES)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()


def test_every_mark_is_that_of_a_step():
    assert "README.md" in STEPS
    assert {name: len(steps) for name, steps in STEPS.items()} == {
        name: text.count(MARK) for name, text in DOCUMENTS.items() if MARK in text
    }


@pytest.mark.parametrize("document", STEPS)
def test_a_document_can_be_walked_as_it_is_written(document: str, system: EmbeddedSystem, tmp_path: Path):
    run = tmp_path / "run"
    run.write_text(f'#!/bin/sh\nexec "{ROOT}/run" "$@"\n', encoding="utf-8")
    run.chmod(0o755)
    mark = "=== the next step ==="
    script = "\n".join(f"{step.typed}\necho; echo '{mark}'" for step in STEPS[document])

    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script.replace(ADDRESS, system.url)],
        capture_output=True,
        cwd=tmp_path,
        env=clean_environ() | system.environ,
        text=True,
        timeout=DOCUMENT_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    *outputs, _end = done.stdout.split(mark)
    for step, output in zip(STEPS[document], outputs, strict=True):
        if step.kind == "json":
            assert shape(json.loads(output)) == shape(json.loads(step.answer)), step.name
        elif step.kind == "text":
            assert output.split() == step.answer.split(), step.name
