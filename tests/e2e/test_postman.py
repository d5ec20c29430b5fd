"""The Postman collection, from top to bottom on a fresh system, as its readers run it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.catalogue import nothing_may_be_skipped
from tests.servers.node import why_node_is_missing
from tests.servers.postman import COLLECTION, USUAL_DEADLINES, run_collection
from tests.servers.system import EmbeddedSystem, System
from tests.storm.rest import objections, until_nothing

OPT_IN = "A clean start"
REST_SECONDS = 30


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """A system that nobody has used: the stories change what others might count on."""
    reason = why_node_is_missing()
    if reason and nothing_may_be_skipped():
        pytest.fail(f"{reason}; with CI set nothing may be skipped", pytrace=False)
    if reason:
        pytest.skip(reason)
    embedded = EmbeddedSystem(tmp_path, USUAL_DEADLINES)
    try:
        embedded.start()
        yield embedded
    finally:
        embedded.stop()


def test_every_story_goes_as_it_is_told_and_leaves_clean_books(system: System, tmp_path: Path):
    told = run_collection(system.url, tmp_path / "stories.json")
    assert told.failures == ()
    assert set(told.answered) == {name for name in _requests() if not name.startswith(OPT_IN)}
    until_nothing(lambda: objections(system), within=REST_SECONDS)

    emptied = run_collection(system.url, tmp_path / "clean.json", "--folder", OPT_IN, reset_provider="yes")
    assert emptied.failures == ()
    assert set(emptied.answered) == {name for name in _requests() if name.startswith(OPT_IN)}


def _requests() -> set[str]:
    collection = json.loads(COLLECTION.read_text(encoding="utf-8"))
    return {
        f"{folder['name']} / {request['name']}" for folder in collection["item"] for request in folder["item"]
    }
