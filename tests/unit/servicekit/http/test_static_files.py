import pytest
from flask import Flask

from servicekit.http.static_files import StaticFiles


@pytest.fixture
def client(tmp_path):
    (tmp_path / "page.js").write_text("export {};\n")
    files = StaticFiles(tmp_path)
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/<name>", "file", files.answer)
    return app.test_client()


def test_a_file_is_told_with_its_type_and_asked_for_again_each_time(client):
    answer = client.get("/page.js")

    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/javascript", "export {};\n")
    assert answer.headers["Cache-Control"] == "no-cache"


def test_what_the_browser_has_is_not_sent_again(client):
    etag = client.get("/page.js").headers["ETag"]

    answer = client.get("/page.js", headers={"If-None-Match": etag})

    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("path", ["/other.js", "/../conftest.py", "/%2e%2e%2fpage.js", "/."])
def test_any_other_name_is_nobodys(client, path):
    assert client.get(path).status_code == 404


def test_a_file_of_an_unknown_type_is_refused_at_the_start(tmp_path):
    (tmp_path / "page.exe").write_bytes(b"")

    with pytest.raises(KeyError):
        StaticFiles(tmp_path)
