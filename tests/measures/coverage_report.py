"""What `./run coverage` runs: the tests that are measured, and what their measure comes to."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from tests.measures import coverage_figures, coverage_pictures
from tests.measures.coverage_figures import Share
from tests.servers import run_tests

PICTURES = run_tests.ROOT / "docs" / "coverage"


@click.command()
@click.option("--last", is_flag=True, help="Tell of what the last run measured; run no test.")
@click.option("--worst", type=click.IntRange(0), default=10, show_default=True, help="How many files.")
def main(*, last: bool, worst: int) -> None:
    """Run the tests that are measured, name the files of which they run the least, and draw the pictures.

    Ends as the tests do. Where one failed, or some had to be skipped, the pictures are left as they are.
    """
    code = 0 if last else run_tests.main([], only_measured=True)
    files = coverage_figures.by_file(_measured(run_tests.REPORTS))
    for name, share in coverage_figures.worst(files, worst):
        click.echo(f"{share!s:>8}  {name}")
    click.echo(f"HTML: {run_tests.REPORTS / 'html' / 'index.html'}")
    if code or run_tests.what_is_missing():
        click.echo("Not all of the tests were run and passed: the pictures are left as they are.")
    else:
        draw(PICTURES, files)
        click.echo(f"Pictures: {PICTURES}")
    sys.exit(code)


def draw(folder: Path, files: Mapping[str, Share]) -> None:
    """Write the badge and the picture of the packages."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = sum(files.values(), Share())
    (folder / "badge.svg").write_text(coverage_pictures.badge(everything), encoding="utf-8")
    parts = coverage_figures.by_part(files)
    (folder / "packages.svg").write_text(coverage_pictures.packages(parts, everything), encoding="utf-8")


def _measured(reports: Path) -> dict[str, Any]:
    """Read the report of coverage on the data that is there."""
    report = reports / "coverage.json"
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "--fail-under=0", "-o", str(report)]
    environment = {**os.environ, "COVERAGE_FILE": str(reports / ".coverage")}
    if subprocess.run(command, cwd=run_tests.ROOT, env=environment, check=False).returncode:
        raise click.ClickException("Nothing was measured yet: run it without --last.")
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return told


if __name__ == "__main__":
    main()
