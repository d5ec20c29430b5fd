import pytest
from flask import Flask, make_response

from servicekit.http.problems import install_problems
from servicekit.http.security_headers import (
    NO_PAGE,
    content_security_policy,
    install_security_headers,
)


class NoSuchThing(Exception):
    pass


@pytest.fixture
def client():
    app = Flask(__name__, static_folder=None)
    install_security_headers(app)
    install_problems(app, NoSuchThing)

    @app.get("/json")
    def tell():
        return {}

    @app.get("/bug")
    def fail():
        raise KeyError

    @app.get("/page")
    def page():
        answer = make_response("<p>a page</p>")
        answer.headers["Content-Security-Policy"] = content_security_policy(
            script_src=("'self'", "https://a")
        )
        return answer

    @app.get("/framed")
    def framed():
        answer = make_response("<p>in a frame</p>")
        answer.headers["Content-Security-Policy"] = content_security_policy(frame_ancestors=("*",))
        return answer

    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/json", 200), ("GET", "/nowhere", 404), ("POST", "/json", 405), ("GET", "/bug", 500)],
)
def test_what_is_no_page_may_do_nothing_in_a_browser(client, method, path, status):
    answer = client.open(path, method=method)

    assert answer.status_code == status
    told = {name: answer.headers[name] for name in ("Content-Security-Policy", "X-Content-Type-Options")}
    assert told == {"Content-Security-Policy": NO_PAGE, "X-Content-Type-Options": "nosniff"}
    assert (answer.headers["Referrer-Policy"], answer.headers["X-Frame-Options"]) == ("same-origin", "DENY")
    assert "Strict-Transport-Security" not in answer.headers


def test_a_page_admits_what_it_names_and_nothing_else(client):
    answer = client.get("/page")

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "script-src 'self' https://a"
    )
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_page_for_frames_can_be_framed(client):
    answer = client.get("/framed")

    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
