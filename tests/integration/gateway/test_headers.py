"""What a service is told of a request, and what a client is told with an answer."""

import re

import pytest

from tests.integration.gateway.upstream import answer_with

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded-Scheme": "https",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9",
    "Proxy": "http://evil.example",
}
MADE = re.compile("[0-9a-f]{32}")


def told(gateway, path="/products", **headers):
    """The headers that the service got, by lower-case name, each with all its values."""
    sent = {name.replace("__", "-"): value for name, value in headers.items()}
    got = {}
    for name, value in gateway.get(path, headers=sent).json()["headers"]:
        got.setdefault(name.lower(), []).append(value)
    return got


def test_nothing_that_a_client_says_of_its_way_here_is_passed_on(gateway):
    got = told(gateway, **{name.replace("-", "__"): value for name, value in FORGED.items()})
    assert (got["x-forwarded-for"], got["x-forwarded-proto"]) == (["127.0.0.1"], ["http"])
    assert not set(got) & {name.lower() for name in FORGED} - {"x-forwarded-for", "x-forwarded-proto"}


def test_a_header_with_underscores_cannot_stand_for_one_with_dashes(gateway):
    got = told(gateway, X_Forwarded_For="203.0.113.9", SCRIPT_NAME="/evil")
    assert got["x-forwarded-for"] == ["127.0.0.1"]
    assert not any("_" in name for name in got)


def test_what_is_between_client_and_gateway_goes_no_further(gateway):
    hop_by_hop = {
        "Connection": "keep-alive, X-Secret",
        "Keep__Alive": "timeout=5",
        "TE": "trailers",
        "Trailer": "X-Late",
        "Upgrade": "websocket",
        "Proxy__Authorization": "Basic eDp5",
        "Proxy__Connection": "keep-alive",
        "Expect": "100-continue",
    }
    got = told(gateway, **hop_by_hop)
    assert got["connection"] == ["close"]
    left = {name.replace("__", "-").lower() for name in hop_by_hop} - {"connection"}
    assert not set(got) & left


@pytest.mark.parametrize("name", ["Authorization", "Cookie", "Idempotency-Key", "If-Match", "Last-Event-ID"])
def test_what_is_meant_for_the_service_arrives(gateway, name):
    assert told(gateway, **{name.replace("-", "__"): "as it is"})[name.lower()] == ["as it is"]


def test_the_host_is_that_of_the_clients_address_with_its_port(gateway):
    assert told(gateway)["host"] == [f"127.0.0.1:{gateway.server.port}"]
    assert told(gateway, Host="comanda.example:5000")["host"] == ["comanda.example:5000"]


def test_a_trace_goes_on(gateway):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert told(gateway, traceparent=trace)["traceparent"] == [trace]


@pytest.mark.parametrize("taken", ["a", "Kiosk-7:2026.11_29", "x" * 128, "1234567890", "0" * 12])
def test_a_good_request_id_is_taken_passed_on_and_answered_once(gateway, taken):
    answer = gateway.get("/products", headers={"X-Request-ID": taken})
    assert answer.headers["X-Request-ID"] == taken
    assert ["X-Request-ID", taken] in answer.json()["headers"]


@pytest.mark.parametrize(
    "refused",
    [
        None,
        "",
        "x" * 129,
        "two words",
        'quote"',
        "a/b",
        "é".encode(),
        "52998224725",
        "529.982.247-25",
        "cpf:529-982-247-25",
        "529_982_247_25.x",
    ],
)
def test_no_other_is_and_another_is_made(gateway, refused):
    headers = {} if refused is None else {"X-Request-ID": refused}
    answer = gateway.get("/products", headers=headers)
    made = answer.headers["X-Request-ID"]
    assert MADE.fullmatch(made)
    assert [value for name, value in answer.json()["headers"] if name == "X-Request-ID"] == [made]


def test_each_request_has_an_id_of_its_own(gateway):
    assert len({gateway.get("/products").headers["X-Request-ID"] for _ in range(5)}) == 5


def test_an_id_that_the_service_answers_too_is_answered_once(gateway):
    headers = {"X-Request-ID": "of the service", "Strict-Transport-Security": "max-age=1"}
    gateway.upstreams["orders"].answers["/ids"] = lambda handler: answer_with(handler, b"", headers)
    raw = gateway.say(b"GET /ids HTTP/1.1\r\nHost: x\r\nX-Request-ID: mine\r\nConnection: close\r\n\r\n")
    assert re.findall(rb"(?i)x-request-id: (.*)\r\n", raw) == [b"mine"]
    assert b"strict-transport" not in raw.lower()


def test_what_the_service_says_of_its_answer_stays(gateway):
    headers = {
        "Content-Security-Policy": "default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Location": "/orders/1",
        "Retry-After": "7",
        "ETag": '"3"',
        "Server": "gunicorn",
    }
    gateway.upstreams["orders"].answers["/told"] = lambda handler: answer_with(handler, b"", headers, 503)
    answer = gateway.get("/told")
    assert answer.status_code == 503
    assert {name: answer.headers[name] for name in headers} == {**headers, "Server": "nginx"}


@pytest.fixture(scope="module")
def behind_a_front(start_gateway):
    """A gateway that believes whatever is on this machine, and 10.0.0.0/8."""
    return start_gateway(FRONT_PROXIES="127.0.0.0/8,10.0.0.0/8")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
    ],
)
def test_a_proxy_in_front_is_believed_where_it_is_named(behind_a_front, chain, client):
    got = told(behind_a_front, X__Forwarded__For=chain, X__Forwarded__Proto="https")
    assert (got["x-forwarded-for"], got["x-forwarded-proto"]) == ([client], ["https"])


@pytest.mark.parametrize("said", ["ftp", "https, http", ""])
def test_a_scheme_that_is_none_is_not_believed_of_anybody(behind_a_front, said):
    assert told(behind_a_front, X__Forwarded__Proto=said)["x-forwarded-proto"] == ["http"]


def test_people_who_came_by_tls_in_front_are_told_to_keep_to_it(behind_a_front, gateway):
    by_tls = {"X-Forwarded-Proto": "https"}
    assert "max-age" in behind_a_front.get("/products", headers=by_tls).headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in gateway.get("/products", headers=by_tls).headers
