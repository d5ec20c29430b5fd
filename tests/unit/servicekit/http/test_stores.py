import pytest
from flask import Blueprint, Flask

from servicekit.http.problems import install_problems
from servicekit.http.stores import (
    current_store,
    path_in_store,
    register_for_stores,
    register_stores,
    store_url,
)


class NoSuchThing(Exception):
    pass


@pytest.fixture
def client():
    app = Flask(__name__, static_folder=None)
    install_problems(app, NoSuchThing)
    blueprint = Blueprint("notes", __name__)

    @blueprint.get("/notes")
    def get_all():
        return {"store": current_store()}

    @blueprint.get("/notes/<note_id>")
    def get_one(note_id):
        return {"store": current_store(), "id": note_id}

    register_for_stores(app, blueprint, "default")
    return app.test_client()


def test_a_path_without_a_prefix_is_about_the_default_store(client):
    assert client.get("/notes").json == {"store": "default"}
    assert client.get("/notes/7").json == {"store": "default", "id": "7"}


def test_a_path_with_a_prefix_is_about_that_store(client):
    assert client.get("/stores/loja-2/notes").json == {"store": "loja-2"}
    assert client.get("/stores/loja-2/notes/7").json == {"store": "loja-2", "id": "7"}


@pytest.mark.parametrize(
    "slug", ["a%00b", "LOJA", "-a", "a.b", "%ed%a0%80", "a%20b", "a" * 65, "..", "%F0%9F%8D%95"]
)
def test_what_cannot_be_a_stores_name_is_404(client, slug):
    assert client.get(f"/stores/{slug}/notes").status_code == 404


def test_a_path_that_is_about_stores_is_not_below_one():
    app = Flask(__name__, static_folder=None)
    install_problems(app, NoSuchThing)
    blueprint = Blueprint("stores", __name__)
    blueprint.add_url_rule("/stores", "all", lambda: {"store": current_store()})
    blueprint.add_url_rule("/stores/<slug:store>", "one", lambda: {"store": current_store()})
    register_stores(app, blueprint, "default")
    http = app.test_client()

    assert http.get("/stores").json == {"store": "default"}
    assert http.get("/stores/loja-2").json == {"store": "loja-2"}
    assert http.get("/stores/loja-2/stores").status_code == 404
    assert http.get("/stores/LOJA").status_code == 404


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/notes", "/notes"),
        ("/stores/loja/notes", "/notes"),
        ("/stores/loja/notes/7/x", "/notes/7/x"),
        ("/stores/loja", "/stores/loja"),
        ("/stores", "/stores"),
        ("/storeship/a/b", "/storeship/a/b"),
    ],
)
def test_both_forms_of_a_path_name_one_resource(path, inside):
    assert path_in_store(path) == inside


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/notes/7", "https://comanda.example"),
        ("/stores/loja/notes/7", "https://comanda.example/stores/loja"),
        ("/stores/default/notes", "https://comanda.example/stores/default"),
    ],
)
def test_what_is_linked_is_found_in_the_same_store(path, address):
    with Flask("things").test_request_context(path):
        assert store_url("https://comanda.example") == address
