"""With a certificate: TLS as browsers of today speak it, and plain HTTP that leads to it."""

import socket
import ssl
from contextlib import closing

import pytest
import requests

from tests.integration.gateway.conftest import DEADLINE_SECONDS
from tests.servers.certificate import Certificate


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate.made_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def authority(certificate):
    """Whom clients trust."""
    return str(certificate.certificate)


@pytest.fixture(scope="module")
def secure(start_gateway, certificate):
    return start_gateway(certificate)


def test_people_are_served_over_tls_and_told_to_keep_to_it(secure, authority):
    url = f"https://127.0.0.1:{secure.server.tls_port}"
    answer = requests.get(f"{url}/products", verify=authority, timeout=DEADLINE_SECONDS)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert ["X-Forwarded-Proto", "https"] in answer.json()["headers"]
    missing = requests.get(f"{url}/metrics", verify=authority, timeout=DEADLINE_SECONDS)
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    assert "Strict-Transport-Security" in missing.headers


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_plain_http_leads_to_tls_with_method_and_query(secure, method):
    answer = secure.ask(method, "/orders?x=1", headers={"Host": "comanda.example:80"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://comanda.example:{secure.server.tls_port}/orders?x=1"
    assert "Strict-Transport-Security" not in answer.headers


def test_the_port_that_everybody_knows_is_not_named(start_gateway, certificate):
    gateway = start_gateway(certificate, TLS_PUBLIC_PORT="443")
    answer = gateway.get("/loja", headers={"Host": "comanda.example"})
    gateway.server.stop()
    assert answer.headers["Location"] == "https://comanda.example/loja"


def test_whether_it_lives_can_be_asked_in_plain_http(secure):
    assert secure.get("/health/live").status_code == 200


def test_a_broken_request_is_a_problem_in_plain_http_too(secure):
    assert b"application/problem+json" in secure.say(b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")


def speak(secure, authority, version, ciphers="DEFAULT"):
    """Returns the protocol that is agreed on. Raises ssl.SSLError where none is."""
    context = ssl.create_default_context(cafile=authority)
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        closing(socket.create_connection(("127.0.0.1", secure.server.tls_port), DEADLINE_SECONDS)) as line,
        context.wrap_socket(line, server_hostname="127.0.0.1") as secured,
    ):
        return secured.selected_alpn_protocol()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_browsers_of_today_get_http_2_so_that_streams_take_no_connection_each(secure, authority, version):
    assert speak(secure, authority, version) == "h2"


def test_only_ciphers_that_also_authenticate_are_spoken(secure, authority):
    """So that TLS before 1.2, which has no such ciphers, is not either."""
    spoken = ssl.TLSVersion.TLSv1_2
    assert speak(secure, authority, spoken, "ECDHE-ECDSA-AES128-GCM-SHA256")
    with pytest.raises(ssl.SSLError):
        speak(secure, authority, spoken, "ECDHE-ECDSA-AES128-SHA256")


def test_plain_http_at_the_port_of_tls_is_a_problem(secure):
    raw = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    with closing(socket.create_connection(("127.0.0.1", secure.server.tls_port), DEADLINE_SECONDS)) as line:
        line.sendall(raw)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer
