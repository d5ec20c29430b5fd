"""What `./run mutants` runs: mutmut on a copy below build/mutants, and a count of what the tests noticed.

The parts are those that setup.cfg tells mutmut to mutate. mutmut writes below the folder that it runs in, so
it runs in the copy's.
"""

import configparser
import fnmatch
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
HOME = ROOT / "build" / "mutants"
MUTMUT = (sys.executable, "-m", "mutmut")
LOWEST_PERCENT = 90
KILLED = {"killed", "timeout"}
"""A mutant for which the tests never end was noticed, too."""
LEFT_OUT = {"__pycache__", "node_modules"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to one function, as mutmut names it, and what came of it."""

    name: str
    status: str

    @property
    def file(self) -> str:
        """The path of the module that it is in."""
        return f"{self.name.rpartition('.')[0].replace('.', '/')}.py"


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the mutants of one part."""

    part: str
    mutants: tuple[Mutant, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Those that no test noticed, or that none ran."""
        return tuple(one for one in self.mutants if one.status not in KILLED)

    @property
    def killed(self) -> int:
        """How many the tests noticed."""
        return len(self.mutants) - len(self.survivors)

    @property
    def is_enough(self) -> bool:
        """Whether the tests noticed the share that is asked for."""
        return self.killed * 100 >= LOWEST_PERCENT * len(self.mutants)


@click.command()
@click.argument("parts", nargs=-1)
@click.option("--show", is_flag=True, help="Print what the named mutants of the last run change.")
@click.option("--processes", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True)
def main(parts: Sequence[str], *, show: bool, processes: int) -> None:
    """Change the code in small ways, one at a time, and count the changes that no test notices.

    PARTS are folders, files or names of mutants; without any, all that setup.cfg names is mutated.
    Ends with 1 where less than 90 % of a part was noticed.
    """
    if show and not parts:
        raise click.UsageError("--show wants the names of mutants.")
    if show:
        sys.exit(max(_call("show", name) for name in parts))
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    mutated = settings["mutmut"]["only_mutate"].split()
    lay_out(ROOT, HOME, settings["mutmut"]["source_paths"].split())
    wanted = [as_names(part) for part in parts or mutated]
    if _call("run", f"--max-children={processes}", *wanted):
        sys.exit(1)
    told = subprocess.run(
        [*MUTMUT, "results", "--all", "true"], cwd=HOME, check=True, capture_output=True, text=True
    )
    tallies = count(chosen(read(told.stdout), wanted), mutated)
    report(tallies)
    sys.exit(not all(tally.is_enough for tally in tallies))


def lay_out(root: Path, home: Path, packages: Iterable[str]) -> None:
    """Make the copy anew: a result of tests that have changed since is none."""
    shutil.rmtree(home, ignore_errors=True)
    for folder in (*packages, "tests"):
        shutil.copytree(root / folder, home / folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    shutil.copy2(root / "setup.cfg", home)


def as_names(part: str) -> str:
    """The names of the mutants of a folder or a file, as mutmut matches them; a name stays what it is."""
    place = part.removesuffix("*.py").rstrip("/")
    if place.endswith(".py"):
        return place.removesuffix(".py").replace("/", ".") + ".x*"
    return place if "." in place else place.replace("/", ".") + ".*"


def read(results: str) -> list[Mutant]:
    """The mutants that mutmut lists, one a line: `name: status`."""
    found = re.findall(r"^\s+(\S+__mutmut_\d+): (.+)$", results, re.MULTILINE)
    return [Mutant(name, status) for name, status in found]


def chosen(mutants: Iterable[Mutant], wanted: Sequence[str]) -> list[Mutant]:
    """Those that were asked for: mutmut lists all that it made."""
    return [one for one in mutants if any(fnmatch.fnmatchcase(one.name, names) for names in wanted)]


def count(mutants: Sequence[Mutant], parts: Iterable[str]) -> list[Tally]:
    """The mutants by the part that they are in, without parts that have none."""
    by_part = {part: [one for one in mutants if fnmatch.fnmatchcase(one.file, part)] for part in parts}
    return [Tally(part, tuple(its)) for part, its in by_part.items() if its]


def report(tallies: Sequence[Tally]) -> None:
    """Print each part's share and the names of what survived."""
    for tally in tallies:
        for survivor in tally.survivors:
            click.echo(f"{survivor.status}: {survivor.name}")
    everything = Tally("all of these", tuple(one for tally in tallies for one in tally.mutants))
    click.echo(f"\n{'part':<58}{'mutants':>9}{'killed':>8}{'%':>8}")
    for tally in (*tallies, everything):
        share = 100 * tally.killed / len(tally.mutants)
        click.echo(f"{tally.part:<58}{len(tally.mutants):>9}{tally.killed:>8}{share:>8.1f}")
    if everything.survivors:
        click.echo("\n./run mutants --show NAME prints what a survivor changes.")


def _call(*words: str) -> int:
    return subprocess.run([*MUTMUT, *words], cwd=HOME, check=False).returncode


if __name__ == "__main__":
    main()
