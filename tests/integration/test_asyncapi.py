"""The document of the events is one by AsyncAPI's own JSON Schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from tests.servers.catalogue import nothing_may_be_skipped
from tests.servers.node import install_packages, why_node_is_missing

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "tests" / "api" / "specs"
DOCUMENT = ROOT / "docs" / "api" / "asyncapi.json"


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    reason = why_node_is_missing()
    if reason and nothing_may_be_skipped():
        pytest.fail(f"{reason}; with CI set nothing may be skipped", pytrace=False)
    if reason:
        pytest.skip(reason)
    install_packages(SPECS)
    schema = SPECS / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0-without-$id.json"
    return Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))


def test_the_committed_document_is_valid(validator):
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))

    assert [error.message for error in validator.iter_errors(document)] == []
    assert not validator.is_valid(document | {"operations": {"say": {"action": "shout"}}})
