"""The README's order by curl is walked as it is written, and the answers look as they are printed there."""

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ADDRESS = "http://localhost:5000"
STEP_SECONDS = 45
PRINTED = {"status", "type", "method", "currency", "attempt"}
"""Members whose values are the same each time, and so are compared as well."""


@dataclass(frozen=True)
class Step:
    """A marked block of the README: what to type, and what it says is answered."""

    name: str
    typed: str
    kind: str
    answer: str


STEPS = [
    Step(*found)
    for found in re.findall(
        r"<!-- step: ([\w ]+) -->\n```sh\n(.*?)```\n(?:\n```(json|text)\n(.*?)```\n)?", README, re.DOTALL
    )
]


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


def test_the_steps_are_found():
    assert len(STEPS) == README.count("<!-- step: ")
    assert [step.name for step in STEPS][:2] == ["prepare", "menu"]


def test_the_order_by_curl_goes_as_the_readme_says(embedded, tmp_path):
    mark = "=== the next step ==="
    script = "\n".join(f"{step.typed}\necho; echo '{mark}'" for step in STEPS)
    assert ADDRESS in script

    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script.replace(ADDRESS, embedded.url)],
        capture_output=True,
        cwd=tmp_path,
        text=True,
        timeout=STEP_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for step, output in zip(STEPS, done.stdout.split(mark), strict=False):
        if step.kind == "json":
            assert shape(json.loads(output)) == shape(json.loads(step.answer)), step.name
        elif step.kind == "text":
            assert output.split() == step.answer.split(), step.name
