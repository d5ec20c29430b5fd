"""The contracts of setup.cfg hold, and each of them is shown to catch what it forbids."""

import ast
import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")
PACKAGES = SETTINGS["importlinter"]["root_packages"].split()
CONTRACTS = {
    name.rpartition(":")[2] for name in SETTINGS.sections() if name.startswith("importlinter:contract:")
}
NOT_OF_THE_HOUSE = {"build", "data", "tests"}

# Contract, the module that breaks it, and the import by which it does.
VIOLATIONS = [
    ("house", "orders_service/infrastructure/spy.py", "import payment_service.domain"),
    ("house", "payment_service/usecases/spy.py", "import orders_service.domain"),
    ("house", "payment_service/infrastructure/spy.py", "import fake_checkout"),
    ("house", "fake_checkout/spy.py", "import payment_service.domain"),
    ("house", "servicekit/http/spy.py", "import orders_service"),
    ("house", "servicekit/spy.py", "import standalone"),
    ("house", "orders_service/spy.py", "import standalone"),
    ("house", "orders_service/spy.py", "import audit"),
    ("house", "standalone/spy.py", "import audit.rules"),
    ("audit", "audit/spy.py", "import servicekit.ids"),
    ("audit", "audit/rules/spy.py", "import orders_service.infrastructure.models"),
    ("audit", "audit/books/spy.py", "import sqlalchemy"),
    ("service-layers", "orders_service/domain/spy.py", "import orders_service.ports"),
    ("service-layers", "orders_service/ports/spy.py", "import orders_service.usecases"),
    ("service-layers", "payment_service/usecases/spy.py", "import payment_service.infrastructure"),
    ("service-layers", "payment_service/usecases/spy.py", "import payment_service.entrypoints"),
    ("service-layers", "orders_service/entrypoints/spy.py", "import orders_service.infrastructure"),
    ("service-layers", "orders_service/infrastructure/spy.py", "import orders_service.entrypoints"),
    ("service-layers", "orders_service/infrastructure/spy.py", "import orders_service.bootstrap"),
    ("service-layers", "payment_service/entrypoints/spy.py", "import payment_service.wsgi"),
    ("service-layers", "orders_service/unplaced/__init__.py", "import json"),
    ("servicekit-layers", "servicekit/database/spy.py", "import servicekit.http"),
    ("servicekit-layers", "servicekit/observability/spy.py", "import servicekit.messaging"),
    ("servicekit-layers", "servicekit/unplaced.py", "import json"),
    ("pure-domain", "orders_service/domain/spy.py", "import sqlalchemy"),
    ("pure-domain", "payment_service/domain/spy.py", "from servicekit.ids import new_id"),
    ("pure-domain", "fake_checkout/domain/spy.py", "import flask"),
    ("frameworkless-usecases", "orders_service/usecases/spy.py", "import marshmallow"),
    ("frameworkless-usecases", "orders_service/ports/spy.py", "import sqlalchemy"),
    ("frameworkless-usecases", "payment_service/usecases/spy.py", "from servicekit.ids import new_id"),
    ("service-layers", "fake_checkout/usecases/spy.py", "import fake_checkout.infrastructure"),
    ("models", "fake_checkout/usecases/spy.py", "import fake_checkout.infrastructure.models"),
    ("models", "orders_service/entrypoints/spy.py", "import orders_service.infrastructure.models"),
    ("models", "payment_service/infrastructure/spy.py", "import payment_service.infrastructure.models"),
    ("models", "orders_service/spy.py", "import orders_service.infrastructure.models"),
    ("entrypoints-without-storage", "orders_service/entrypoints/spy.py", "import sqlalchemy"),
    ("entrypoints-without-storage", "payment_service/entrypoints/spy.py", "import pika"),
]  # fmt: skip


def lint(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def _copied_house(tmp_path_factory):
    """The house's modules in a folder of their own, with the contracts and their own kind of contract."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "setup.cfg", folder)
    for package in (*PACKAGES, "tests/architecture"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "tests" / "__init__.py", folder / "tests")
    return folder


@pytest.fixture
def house(_copied_house):
    """The copy, with what the last test added taken away."""
    yield _copied_house
    for name in {name for _, name, _ in VIOLATIONS}:
        path = _copied_house / name
        path.unlink(missing_ok=True)
        if path.name == "__init__.py":
            shutil.rmtree(path.parent, ignore_errors=True)


def test_every_contract_is_kept():
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "module", "violation"), VIOLATIONS)
def test_a_contract_catches_what_it_forbids(house, contract, module, violation):
    path = house / module
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{violation}\n", encoding="utf-8")

    done = lint(house, "--contract", contract)

    assert done.returncode == 1, done.stdout
    assert "0 kept, 1 broken" in done.stdout
    culprit = module.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
    assert culprit in done.stdout


def test_every_contract_is_among_those_that_are_shown_to_catch_something():
    assert {contract for contract, _, _ in VIOLATIONS} == CONTRACTS


def test_every_package_of_the_house_is_under_contract_typed_and_measured():
    tops = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")} - NOT_OF_THE_HOUSE

    assert tops == set(PACKAGES)
    assert set(re.findall(r"\w+", SETTINGS["mypy"]["files"])) == tops
    assert set(SETTINGS["coverage:run"]["source_pkgs"].split()) == tops


def test_every_folder_with_modules_is_a_package_so_that_no_module_escapes_the_contracts():
    """Migrations are the exception: Alembic finds them by file name, and they may touch the tables."""
    folders = {path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")}
    bare = {folder.relative_to(ROOT) for folder in folders if not (folder / "__init__.py").exists()}

    assert {folder for folder in bare if "migrations" not in folder.parts} == set()


BUSINESS = re.compile(
    r"basket|burger|cart|catalogue|charge|checkout|cook|coupon|cpf|customer|dessert|diner|dish|drink|fulfilment"
    r"|ingredient|kitchen|meal|mercadopago|menu|order|payer|payment|pickup|pix|pizza|portion|product|promotion"
    r"|purchase|receipt|refund|reservation|restaurant|sandwich|shop|snack|stock|waiter"
)
# "Order" is also SQL's clause and a sequence.
SEQUENCE = re.compile(
    r"order_by|\bout of order\b|\border (?:of|in which|by)\b"
    r"|\bin (?!an )(?:\w+ )?order\b|\b(?:any|same|lock|right|reverse) order\b",
    re.IGNORECASE,
)


def business_words(text: str) -> set[str]:
    """Returns the business words of a text, also those that are parts of snake_case and CamelCase names."""
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", SEQUENCE.sub(" ", text))
    words = {part.lower() for part in parts}
    return {word for word in words if BUSINESS.fullmatch(word) or BUSINESS.fullmatch(word.removesuffix("s"))}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("class OrderPlaced:", {"order"}),
        ("def refund_payment(cpf):", {"refund", "payment", "cpf"}),
        ("the orders of one store", {"orders"}),
        ("a row in an order", {"order"}),
        ('"kitchen"', {"kitchen"}),
        ("HTTPCharge PIX", {"charge", "pix"}),
        ("select(row).order_by(row.c.id)", set()),
        ("published in order, one by one; any order of arrival", set()),
        ("a stockpile, reordered, discharged, cartography", set()),
        ("store", set()),
    ],
)
def test_business_words_are_told_from_words_that_only_look_like_them(text, found):
    assert business_words(text) == found


@pytest.mark.parametrize("module", sorted((ROOT / "servicekit").rglob("*.py")), ids=lambda path: path.stem)
def test_servicekit_holds_no_business_word(module):
    lines = module.read_text(encoding="utf-8").splitlines()

    found = {f"{number}: {line.strip()}" for number, line in enumerate(lines, 1) if business_words(line)}

    assert found == set()


def test_no_module_of_the_house_imports_inside_a_function_to_escape_the_contracts_reader():
    """import-linter reads every import statement; one made by name at run time it cannot see."""
    calls = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Name | ast.Attribute):
                    name = node.id if isinstance(node, ast.Name) else node.attr
                    if name in {"__import__", "import_module"}:
                        calls.add(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert calls == set()
