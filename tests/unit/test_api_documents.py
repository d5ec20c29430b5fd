"""The documents of the API and of the events: whole, valid, and as the code is."""

import json
import re
from pathlib import Path

import pytest
from flask import Blueprint, Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from servicekit.http.auth import anyone
from servicekit.http.documentation import documented, no_api
from standalone.api import command
from standalone.api.document import Undocumented, openapi, routes
from standalone.api.events import asyncapi, readers_of, schemas_of, speaker_of
from standalone.api.examples import Examples
from tests.api.documented import Contract

ROOT = Path(__file__).parents[2]
EXAMPLES = Examples.read(command.EXAMPLES)
DOCUMENT = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = {
    operation["operationId"]: (verb.upper(), path, operation)
    for path, said in DOCUMENT["paths"].items()
    for verb, operation in said.items()
    if verb != "servers"
}


def test_what_is_committed_is_what_the_code_says():
    for path, text in command.documents(EXAMPLES).items():
        assert path.read_text(encoding="utf-8") == text, f"{path} is old: ./run api"


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


WITHOUT_EXAMPLE = {
    "cart-contended",
    "cart-full",
    "carts-unavailable",
    "idempotency-key-in-use",
    "lost-race",
    "no-attempts-left",
    "no-number-free",
    "no-pix-code",
    "unavailable",
}
"""They need two who do something at once, a part that fails, a hundred products, or a card."""


def test_every_problem_that_is_easily_met_has_an_example():
    problems = set(re.findall(r"/problems/([a-z-]+)", json.dumps(DOCUMENT["paths"])))

    assert problems - EXAMPLES.problems.keys() == WITHOUT_EXAMPLE


def test_a_route_that_says_nothing_of_itself_has_no_document():
    app = an_app(lambda view: view)

    with pytest.raises(Undocumented, match="/hello/<name>"):
        openapi(app, Flask("payments", static_folder=None), Examples())


def test_a_page_is_no_part_of_the_document():
    assert not list(routes(an_app(no_api)))


def test_a_route_is_in_the_document_once_for_all_stores():
    (route,) = routes(an_app(documented("Say hello", answers={204: None})))

    assert (route.method, route.path, route.operation_id) == ("GET", "/hello/{name}", "hello_hello")


def an_app(said) -> Flask:
    app, blueprint = Flask("orders", static_folder=None), Blueprint("hello", __name__)

    @blueprint.get("/hello/<name>")
    @anyone
    @said
    def hello(name):
        return name, 200

    app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_shows_what_was_sent_and_answered_and_that_is_as_it_says(name):
    verb, path, operation = OPERATIONS[name]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    assert "schema" not in content or "example" in content
    successes = {status: answer for status, answer in operation["responses"].items() if status < "3"}
    for status, answer in successes.items():
        shown = answer.get("content", {}).get("application/json")
        if shown is not None:
            told = json.dumps(shown["example"]).encode()
            assert not Contract(DOCUMENT).complaint(verb, path, int(status), "application/json", told)


def test_the_same_problem_is_shown_wherever_it_can_be_answered():
    for slug, shown in DOCUMENT["components"]["examples"].items():
        assert shown["value"]["type"] == f"/problems/{slug}"
        assert f"#/components/examples/{slug}" in json.dumps(DOCUMENT)


def test_a_role_that_is_asked_for_is_named():
    _verb, _path, operation = OPERATIONS["staff_queue"]
    assert operation["security"] == [{"bearer": ["kitchen"]}, {"bearer": ["manager"]}]
    assert OPERATIONS["webhook_receive"][2]["security"] == [{"signature": []}]
    assert OPERATIONS["orders_show"][2]["security"] == [{}]


def test_every_event_was_said_once_and_its_channel_leads_to_who_hears_it():
    schemas = schemas_of(ROOT / "docs" / "events")
    document = asyncapi(schemas, EXAMPLES.events)

    assert set(EXAMPLES.events) == set(schemas)
    assert (speaker_of("order.paid.v1"), readers_of("order.paid.v1")) == (
        "orders_service",
        ["payment_service"],
    )
    assert "order.paid.v1" in document["channels"]["comanda.payment"]["messages"]
    assert "order.paid.v1" not in document["channels"]["comanda.orders"]["messages"]
