import pytest
from flask import Flask, request

from servicekit.http.proxies import install_proxies


def asked(trusted, **headers):
    """What the application takes for the client's address, scheme and host."""
    app = Flask(__name__, static_folder=None)
    install_proxies(app, trusted)

    @app.get("/")
    def tell():
        return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}

    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/", headers=sent, environ_base={"REMOTE_ADDR": "10.0.0.1"}).json


FORGED = {
    "X_Forwarded_For": "203.0.113.9",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evil.example",
    "X_Forwarded_Prefix": "/evil",
    "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
    "X_Real_IP": "203.0.113.9",
}


def test_without_proxies_nobody_is_believed():
    assert asked(0, **FORGED) == {"address": "10.0.0.1", "scheme": "http", "host": "localhost"}


def test_a_proxy_is_believed_of_address_and_scheme_and_of_nothing_else():
    assert asked(1, **FORGED) == {"address": "203.0.113.9", "scheme": "https", "host": "localhost"}


@pytest.mark.parametrize(
    ("trusted", "address"), [(1, "198.51.100.3"), (2, "198.51.100.2"), (3, "198.51.100.1")]
)
def test_what_the_client_put_before_the_proxies_words_is_not_believed(trusted, address):
    chain = "198.51.100.1, 198.51.100.2, 198.51.100.3"
    assert asked(trusted, X_Forwarded_For=chain)["address"] == address


def test_a_proxy_that_says_nothing_changes_nothing():
    assert asked(1)["address"] == "10.0.0.1"
    assert asked(2, X_Forwarded_For="203.0.113.9")["address"] == "10.0.0.1"
