"""What the documents say of the code is so: pictures, tables, addresses of files."""

import configparser
import re
from enum import StrEnum
from itertools import pairwise, product
from pathlib import Path
from types import SimpleNamespace

import grimp
import pytest
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import Client

import fake_checkout.bootstrap
import fake_checkout.domain.card
import fake_checkout.domain.fault_rule
import fake_checkout.domain.magic
import fake_checkout.domain.status
import fake_checkout.domain.switches
import fake_checkout.infrastructure.models
import fake_checkout.settings
import orders_service.bootstrap
import orders_service.domain.events
import orders_service.domain.order_progress
import orders_service.domain.reservation
import orders_service.infrastructure.models
import orders_service.settings
import payment_service.bootstrap
import payment_service.domain.charge_record
import payment_service.domain.events
import payment_service.domain.payment_status
import payment_service.domain.refund
import payment_service.infrastructure.models
import payment_service.settings
import standalone.settings
from fake_checkout.entrypoints.rest import app as emulator_app
from orders_service.entrypoints.live.live import LiveTerms, make_live
from orders_service.entrypoints.rest import app as orders_app
from payment_service.entrypoints.rest import app as payments_app
from servicekit.database.commits import Commits
from servicekit.settings import load
from standalone.house import House
from standalone.keys import key_pair
from tests import settings_tables
from tests.fakes.servicekit.scrapes import Scrape

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SETTINGS = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")
AT_THE_TOP = ("README.md", "README.pt-BR.md", "CONTRIBUTING.md", "CHANGELOG.md")
DOCUMENTS = [ROOT / name for name in AT_THE_TOP] + sorted(DOCS.rglob("*.md"))

Edges = set[tuple[str, str]]


def section(document: Path, heading: str) -> str:
    """Returns what stands below a heading, down to the next one of its rank or a higher one."""
    text = document.read_text(encoding="utf-8")
    rank = heading.count("#")
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{rank}}} |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{document.name} has no heading {heading!r}"
    return found[1]


def pictures(text: str) -> list[str]:
    return re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL)


def arrows(picture: str) -> Edges:
    """Returns the solid arrows of a flowchart; those that point both ways stand once for each way."""
    edges = set()
    for left, arrow, right in re.findall(r"^\s*(\w+)\s+(<?-->)\s+(\w+)", picture, re.MULTILINE):
        edges |= {(left, right)} | ({(right, left)} if arrow.startswith("<") else set())
    return edges


def closure(edges: Edges) -> Edges:
    reached = set(edges)
    while new := {(a, d) for (a, b), (c, d) in product(reached, reached) if b == c} - reached:
        reached |= new
    return reached


def layers(contract: str) -> list[list[str]]:
    lines = SETTINGS[f"importlinter:contract:{contract}"]["layers"].strip().splitlines()
    return [re.findall(r"\w+", line) for line in lines]


def imports_between(container: str, modules: set[str]) -> Edges:
    graph = grimp.build_graph(container, cache_dir=None)
    present = {name for name in modules if f"{container}.{name}" in graph.modules}
    return {
        (importer, imported)
        for importer, imported in product(present, present)
        if importer != imported
        and graph.direct_import_exists(
            importer=f"{container}.{importer}", imported=f"{container}.{imported}", as_packages=True
        )
    }


LAYERS = section(DOCS / "architecture.md", "## The layers of a service")


def test_the_picture_of_the_layers_is_the_contract():
    stack = layers("service-layers")

    assert arrows(pictures(LAYERS)[0]) == {
        edge for upper, lower in pairwise(stack) for edge in product(upper, lower)
    }


@pytest.mark.parametrize("service", SETTINGS["importlinter:contract:service-layers"]["containers"].split())
def test_a_service_imports_only_along_the_picture(service):
    picture = closure(arrows(pictures(LAYERS)[0]))

    assert imports_between(service, {end for edge in picture for end in edge}) <= picture


def test_the_picture_of_servicekit_is_the_contract_and_its_imports_follow_it():
    picture = arrows(pictures(LAYERS)[1])
    doors, top, base, observability, ground = layers("servicekit-layers")

    assert picture == {
        *product(doors, top),
        *product(top, base),
        (base[0], base[1]),
        (base[1], base[0]),
        *product(base, observability),
        *product(observability, ground),
    }
    assert imports_between("servicekit", {end for edge in picture for end in edge}) <= closure(picture)


def orders_with_streams(container) -> Flask:
    """All paths of orders_service; in production two kinds of process share them."""
    live = make_live(container.usecases, container.public_url, LiveTerms(1, 15, Commits()))
    return orders_app.create_app(container, live)


CONTAINERS = {
    "orders_service": (orders_service, orders_with_streams),
    "payment_service": (payment_service, payments_app.create_app),
    "fake_checkout": (fake_checkout, emulator_app.create_app),
}


@pytest.fixture(params=CONTAINERS)
def service(request, tmp_path):
    """A service put together, with its page in the documents; nothing of it is opened."""
    package, create_app = CONTAINERS[request.param]
    environ = {"DATABASE_URL": f"sqlite:///{tmp_path / 'never.sqlite3'}", **key_pair(tmp_path, {})}
    container = package.bootstrap.build(load(package.settings.Settings, environ))
    page = section(DOCS / "architecture.md", f"## {request.param} on a page")
    return SimpleNamespace(package=package, container=container, app=create_app(container), page=page)


def routes(app: Flask) -> set[str]:
    """Returns each verb and path, as the documents write it; what is below /stores is the same again."""
    found = set()
    for rule in app.url_map.iter_rules():
        paths = [rule.rule]
        if choice := re.search(r"<any\((.*?)\):\w+>", rule.rule):
            paths = [rule.rule.replace(choice[0], one.strip()) for one in choice[1].split(",")]
        for path, verb in product(paths, rule.methods - {"HEAD", "OPTIONS"}):
            found.add(f"{verb} " + re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", path))
    return {route for route in found if " /stores/{store}/" not in route and "/static/" not in route}


def test_the_page_of_a_service_names_its_paths(service):
    assert set(re.findall(r"`([A-Z]+ /[^`?]*)`", service.page)) == routes(service.app)


def test_the_page_for_operators_tells_every_setting_as_the_code_has_it():
    assert settings_tables.written() == settings_tables.tables()


def test_the_page_of_a_service_names_its_tables(service):
    tables = re.search(r"^\*\*Tables\*\* (.*)$", service.page, re.MULTILINE)

    metadata = service.package.infrastructure.models.metadata
    assert tables
    assert set(re.findall(r"`(\w+)`", tables[1])) == set(metadata.tables)


def test_the_page_of_a_service_names_its_loops(service):
    assert [
        loop.name for loop in service.container.loops if f"`{loop.name}`" not in _all_of(service.page)
    ] == []


OTHERS = {"orders_service": payment_service, "payment_service": orders_service}


@pytest.mark.parametrize("service", OTHERS, indirect=True)
def test_the_page_of_a_service_names_the_events_and_the_other_one_handles_all_of_them(service):
    said = re.search(r"^\*\*Says\*\* (.*)$", service.page, re.MULTILINE)
    assert said
    says, named = ({*re.findall(r"`([a-z_.]+\.v\d+)`", text)} for text in (said[1], service.page))

    assert says == events_of(service.package.domain.events).keys()
    assert named - says == events_of(OTHERS[service.package.__name__].domain.events).keys()
    assert service.container.handlers.keys() == named - says


def _all_of(page: str) -> str:
    """Returns the page with each span such as `a-1` to `a-4` written out."""
    for name, first, last in re.findall(r"`([a-z-]+-)(\d)` to `\1(\d)`", page):
        page += "".join(f"`{name}{number}`" for number in range(int(first), int(last) + 1))
    return page


EMULATOR = DOCS / "emulator.md"


def test_the_page_of_the_emulator_names_each_switch_with_its_positions():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", section(EMULATOR, "## Switches"), re.MULTILINE)

    told = {name: tuple(re.findall(r"`(\w+)`", positions)) for name, positions in rows}
    assert told == fake_checkout.domain.switches.CHOICES


def test_the_page_of_the_emulator_names_each_kind_of_fault_with_what_it_needs():
    rows = re.findall(
        r"^\| `(\w+)` \| (?:`(\w+)`)? ?\|", section(EMULATOR, "## Faults by rule"), re.MULTILINE
    )

    rules = fake_checkout.domain.fault_rule
    kinds = rules.CALL_KINDS | rules.WEBHOOK_KINDS
    assert dict(rows) == {kind: rules.REQUIRED.get(kind, "") for kind in kinds}


def test_the_page_of_the_emulator_numbers_the_scenarios():
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", section(EMULATOR, "## Magic values"), re.MULTILINE)

    assert [name for _, name in rows] == list(fake_checkout.domain.magic.SCENARIOS)
    assert [int(number) for number, _ in rows] == list(range(1, len(rows) + 1))


def test_the_page_of_the_emulator_names_each_name_on_a_card():
    sentence = re.search(r"^The name on a card .*$", EMULATOR.read_text(encoding="utf-8"), re.MULTILINE)

    assert sentence
    assert re.findall(r"`([A-Z]{4})`", sentence[0]) == list(fake_checkout.domain.card.OUTCOMES)


def test_the_page_of_the_emulator_tells_what_may_follow_a_status():
    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", section(EMULATOR, "## Decisions"), re.MULTILINE)

    told = {since: set(re.findall(r"`(\w+)`", to)) for since, to in rows}
    assert told.pop("charged_back") == fake_checkout.domain.status.DETAILS["charged_back"]
    moves = fake_checkout.domain.status.MOVES
    assert told == {since: to - {since} for since, to in moves.items() if to - {since}}


def test_the_page_of_the_metrics_names_each_of_them_and_no_other(tmp_path):
    page = (DOCS / "metrics.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|(?=.*\|.*\|.*\|)", page, re.MULTILINE)

    assert sorted(told) == sorted(embedded_metrics(tmp_path))


def embedded_metrics(folder: Path) -> set[str]:
    """Returns what the embedded process tells, whose databases do not answer: they are not there."""
    settings = load(standalone.settings.Settings, {"DATA_DIR": str(folder / "nowhere")})
    house = House(standalone.settings.environments(settings, {}, key_pair(folder, {})), threads=1)
    with capture_logs():
        answer = Client(house.application(house.loops())).get("/metrics")
    return Scrape(answer.text).names


STATES: dict[str, type[StrEnum]] = {
    "### Order": orders_service.domain.order_progress.OrderStatus,
    "### Reservation": orders_service.domain.reservation.ReservationState,
    "### Charge": payment_service.domain.charge_record.ChargeState,
    "### Payment": payment_service.domain.payment_status.PaymentStatus,
    "### Refund": payment_service.domain.refund.RefundStatus,
}


@pytest.mark.parametrize("heading", STATES)
def test_a_picture_of_states_shows_every_state_and_no_other(heading):
    (picture,) = pictures(section(DOCS / "saga.md", heading))

    assert set(re.findall(r"\b[A-Z][A-Z_]+\b", re.sub(r":.*|POST", "", picture))) == set(STATES[heading])


def events_of(module) -> dict[str, list[str]]:
    classes = [one for one in vars(module).values() if isinstance(one, type) and hasattr(one, "type")]
    return {one.type: list(one.__dataclass_fields__) for one in classes}


def test_the_table_of_events_names_every_event_that_is_said():
    table = section(DOCS / "saga.md", "## Events")
    told = re.findall(r"^\| `([\w.]+)` \|", table, re.MULTILINE)

    assert set(told) == events_of(orders_service.domain.events).keys() | (
        events_of(payment_service.domain.events).keys()
    )


@pytest.mark.parametrize("service", [orders_service, payment_service], ids=lambda one: one.__name__)
def test_the_table_of_events_names_every_member_of_their_data(service):
    table = section(DOCS / "saga.md", "## Events")
    members = {member for data in events_of(service.domain.events).values() for member in data}

    assert members <= set(re.findall(r"`(\w+)`", table))


def test_every_fault_of_the_payments_has_a_test_that_is_there():
    text = section(DOCS / "reliability.md", "### Fault by fault")
    rows = re.findall(r"^\| (?!fault \||---)(.*) \|$", text, re.MULTILINE)
    named = {row: re.findall(r"`([\w/]+\.py)::(\w+)`", row.rpartition("|")[2]) for row in rows}

    assert named
    assert [row for row, tests in named.items() if not tests] == []
    missing = []
    for path, function in sorted({test for tests in named.values() for test in tests}):
        code = (ROOT / "tests" / path).read_text(encoding="utf-8")
        if not re.search(rf"^ *def {function}\(", code, re.MULTILINE):
            missing.append(f"{path}::{function}")
    assert missing == []


def test_every_compensation_has_a_picture():
    text = section(DOCS / "saga.md", "## Compensations")
    rows = re.findall(r"^\| (\d+) \|", text, re.MULTILINE)
    parts = re.split(r"^### ", text, flags=re.MULTILINE)[1:]

    assert [part.partition(".")[0] for part in parts] == rows
    assert all(len(pictures(part)) == 1 for part in parts)


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_somewhere(document):
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]

    dead = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_file_that_is_named_is_there(document):
    if document.name == "CHANGELOG.md":
        return  # it tells of the past
    text = document.read_text(encoding="utf-8")
    tops = "orders_service|payment_service|fake_checkout|servicekit|standalone|tests|docs|requirements"
    named = re.findall(rf"`((?:{tops})/[\w./-]+)`", text)

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_command_that_is_named_is_there(document):
    known = re.findall(r"^  \./run ([a-z-]+)", (ROOT / "run").read_text(encoding="utf-8"), re.MULTILINE)
    named = re.findall(r"\./run ([a-z-]+)", document.read_text(encoding="utf-8"))

    assert set(named) <= set(known)


def test_a_module_that_is_to_be_run_can_be_run():
    named = {
        module
        for document in DOCUMENTS
        for module in re.findall(
            r"python -m ([a-z_]+_service[a-z_.]*\w)", document.read_text(encoding="utf-8")
        )
    }

    assert named
    for path in (ROOT / module.replace(".", "/") for module in named):
        runnable = path / "__main__.py" if path.is_dir() else path.with_suffix(".py")
        assert path.is_dir() or '__name__ == "__main__"' in runnable.read_text(encoding="utf-8"), path
        assert runnable.exists()


def test_every_decision_is_in_the_list_of_decisions():
    adr = DOCS / "adr"
    listed = re.findall(
        r"^\| \[\d{4}\]\(([\w-]+\.md)\) \| (.+?) \|$", (adr / "README.md").read_text(), re.MULTILINE
    )
    pages = sorted(path for path in adr.glob("[0-9]*.md"))

    assert [name for name, _ in listed] == [path.name for path in pages]
    for (_, title), page in zip(listed, pages, strict=True):
        assert page.read_text(encoding="utf-8").startswith(f"# {page.name[:4]}. {title}\n")
