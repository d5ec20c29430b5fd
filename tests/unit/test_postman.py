"""The Postman collection is held to the code: a route without a request fails here, and so does a request
that could not run.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import fake_checkout.settings
import standalone.settings
from orders_service.entrypoints.demo.people import STAFF
from servicekit.http.stores import path_in_store
from servicekit.settings import load
from standalone.keys import key_pair
from tests.servers.postman import COLLECTION, ENVIRONMENTS, FOLDER
from tests.servers.system import ROOT
from tests.unit.test_docs import CONTAINERS, routes

Item = dict[str, Any]
NOT_OURS = ("/fake-checkout/v1/", "/fake-checkout/users/", "/fake-checkout/js/")
"""Mercado Pago's own API: the stories use of it what a browser does."""
FOR_PEOPLE = ("/fake-checkout/console/",)
"""Forms and pages of the console: what they do, the control paths do, too."""
SECRETS = ("MERCADO_PAGO_ACCESS_TOKEN", "MERCADO_PAGO_WEBHOOK_SECRET")
START = "Start here"
VARIABLE = re.compile(r"\{\{(\w+)\}\}")
READ = re.compile(r'pm\.(?:collectionVariables|variables|environment)\.get\("(\w+)"\)')
KEPT = re.compile(r'pm\.collectionVariables\.set\("(\w+)"')
OF_THE_COLLECTION = {"tries"}
"""Kept by the script that all requests share."""


def read(path: Path) -> Item:
    told: Item = json.loads(path.read_text(encoding="utf-8"))
    return told


def environment(name: str) -> dict[str, str]:
    told = read(FOLDER / f"{name}.postman_environment.json")
    return {one["key"]: one["value"] for one in told["values"] if one["enabled"]}


def stories() -> Iterator[tuple[str, list[Item]]]:
    for folder in read(COLLECTION)["item"]:
        yield folder["name"], folder["item"]


def script(item: Item, listen: str) -> str:
    return "\n".join(
        line for event in item["event"] if event["listen"] == listen for line in event["script"]["exec"]
    )


def url_of(item: Item) -> str:
    """Postman writes an address as a text, or as its parts with that text."""
    url = item["request"]["url"]
    return str(url["raw"] if isinstance(url, dict) else url)


def of_the_embedded_run() -> tuple[str, ...]:
    """The access token and the webhook secret."""
    return standalone.settings.DEMO_ACCESS_TOKEN, standalone.settings.DEMO_WEBHOOK_SECRET


def of_the_compose_file() -> tuple[str, ...]:
    """Likewise, where nobody sets others."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found = ({*re.findall(rf"\$\{{{name}:-([^}}]+)\}}", text)} for name in SECRETS)
    return tuple(secret for (secret,) in found)


def of_the_cluster() -> tuple[str, ...]:
    """Likewise, of the demonstration's."""
    with (ROOT / "kubernetes" / "secrets.yaml").open(encoding="utf-8") as file:
        (secret,) = (one for one in yaml.safe_load_all(file) if one["metadata"]["name"] == "payment-service")
    return tuple(secret["stringData"][name] for name in SECRETS)


def call_of(item: Item) -> tuple[str, str]:
    """The verb and the path in its store; HEAD asks for what GET tells."""
    url = url_of(item).partition("?")[0].replace("{{provider_url}}", "{{base_url}}/fake-checkout")
    method = item["request"]["method"]
    return "GET" if method == "HEAD" else method, path_in_store(url.removeprefix("{{base_url}}"))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every verb and path of the three applications, as they are seen at the one address."""
    folder, found = tmp_path_factory.mktemp("keys"), set()
    for service, (package, create_app) in CONTAINERS.items():
        environ = {"DATABASE_URL": f"sqlite:///{folder / 'never.sqlite3'}", **key_pair(folder, {})}
        app = create_app(package.bootstrap.build(load(package.settings.Settings, environ)))
        below = "/fake-checkout" if service == "fake_checkout" else ""
        found |= {route.replace(" ", f" {below}", 1) for route in routes(app)}
    return found


def is_ours(route: str) -> bool:
    return not route.partition(" ")[2].startswith(NOT_OURS + FOR_PEOPLE)


def route_of(item: Item, known: set[str]) -> str | None:
    """The route that answers a request: of several that fit, the one with the fewest placeholders."""
    method, path = call_of(item)
    fitting = [
        route
        for route in known
        if route.partition(" ")[0] == method and _fits(route.partition(" ")[2].split("/"), path.split("/"))
    ]
    return min(fitting, key=lambda route: route.count("{"), default=None)


def _fits(pattern: list[str], path: list[str]) -> bool:
    return len(pattern) == len(path) and all(
        part.startswith("{") or part == said for part, said in zip(pattern, path, strict=True)
    )


def test_every_route_has_a_request(known: set[str]):
    asked = {route_of(item, known) for _, items in stories() for item in items}

    assert {route for route in known if is_ours(route)} - asked == set()


def test_every_request_has_a_route(known: set[str]):
    assert [item["name"] for _, items in stories() for item in items if route_of(item, known) is None] == []


def test_some_requests_name_a_store():
    assert any("/stores/{{branch}}/" in url_of(item) for _, items in stories() for item in items)


def test_every_request_has_tests_and_a_description():
    for story, items in stories():
        for item in items:
            where = f"{story} / {item['name']}"
            assert re.search(r"pm\.test\(|comanda\.(?:answers|json|problem)\(", script(item, "test")), where
            assert item["request"]["description"], where


def test_a_story_needs_nothing_but_the_first_folder():
    begun: set[str] = set()
    for story, items in stories():
        known = {*environment("local"), *OF_THE_COLLECTION, *begun}
        for item in items:
            known |= set(KEPT.findall(script(item, "prerequest")))
            used = {*VARIABLE.findall(json.dumps(item["request"])), *READ.findall(script(item, "prerequest"))}
            assert used - known == set(), f"{story} / {item['name']}"
            known |= set(KEPT.findall(script(item, "test")))
            assert set(READ.findall(script(item, "test"))) - known == set(), f"{story} / {item['name']}"
        if story == START:
            begun = known


def test_requests_of_a_story_are_told_apart():
    for story, items in stories():
        names = [item["name"] for item in items]
        assert len(set(names)) == len(names), story


def test_environments_hold_the_demonstrations_secrets_and_no_other():
    staff = {name for name, _ in STAFF}
    given = {"local": of_the_embedded_run(), "compose": of_the_compose_file(), "minikube": of_the_cluster()}
    for name in ENVIRONMENTS:
        told = environment(name)
        assert {told[f"{who}_password"] for who in ("kitchen", "manager", "admin")} == staff
        assert told["public_key"] == fake_checkout.settings.DEMO_PUBLIC_KEY
        assert (told["access_token"], told["webhook_secret"]) == given[name]


def test_environments_name_the_same_variables():
    assert len({frozenset(environment(name)) for name in ENVIRONMENTS}) == 1


def test_nothing_forgets_the_providers_books_unasked():
    for name in ENVIRONMENTS:
        assert environment(name)["reset_provider"] == "no"
    for story, items in stories():
        for item in items:
            if call_of(item) == ("POST", "/fake-checkout/__fake/reset"):
                assert 'pm.variables.get("reset_provider") !== "yes"' in script(item, "prerequest"), story


def test_the_readme_tells_of_every_story():
    page = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| \*(.+?)\* \|", page, re.MULTILINE) == [story for story, _ in stories()]
