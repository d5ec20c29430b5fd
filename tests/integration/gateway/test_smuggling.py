"""Requests that can be read in two ways: the gateway refuses them, or leaves only one."""

import pytest

REQUEST = b"POST /smuggled HTTP/1.1\r\nHost: x\r\n"
NEXT = b"GET /behind HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: 4\r\nContent-Length: 4\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length: 4, 4\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
    ],
)
def test_a_body_whose_end_is_in_doubt_is_refused_with_what_comes_behind_it(gateway, headers):
    seen = len(gateway.upstreams["orders"].asked)
    raw = gateway.say(REQUEST + headers + b"\r\n0\r\n\r\n" + NEXT)
    assert raw.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert b"application/problem+json" in raw
    assert raw.count(b"HTTP/1.1 ") == 1
    assert len(gateway.upstreams["orders"].asked) == seen


@pytest.mark.parametrize(
    "header",
    [
        b"Transfer-Encoding : chunked\r\n",
        b" Transfer-Encoding: chunked\r\n",
        b"Transfer_Encoding: chunked\r\n",
        b"Transfer-Encoding\x0b: chunked\r\n",
    ],
)
def test_a_header_that_only_looks_like_one_does_not_reach_the_service(gateway, header):
    raw = gateway.say(b"GET /odd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n")
    if raw.startswith(b"HTTP/1.1 200"):
        assert not gateway.asked_of("orders", "/odd")[-1].header("Transfer-Encoding")
    else:
        assert raw.startswith(b"HTTP/1.1 400")


def test_chunks_arrive_as_one_body_of_known_length(gateway):
    raw = gateway.say(
        b"POST /chunks HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\nabc\r\n2;extension=1\r\nde\r\n0\r\nX-Late: 1\r\n\r\n"
    )
    assert raw.startswith(b"HTTP/1.1 200")
    (asked,) = gateway.asked_of("orders", "/chunks")
    assert (asked.body, asked.header("Content-Length"), asked.header("Transfer-Encoding")) == (
        b"abcde",
        ["5"],
        [],
    )
    assert not asked.header("X-Late")


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/9.9",
        b"GET /a b HTTP/1.1",
        b"GET",
        b"\x16\x03\x01\x02\x00\x01",
        b"GET /%00 HTTP/1.1",
        b"GET /%zz HTTP/1.1",
        b"GET /../../etc/passwd HTTP/1.1",
        b"CONNECT evil.example:443 HTTP/1.1",
    ],
)
def test_what_is_no_request_for_us_is_told_so_as_a_problem(gateway, line):
    raw = gateway.say(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
    status, _, body = raw.partition(b"\r\n\r\n")
    assert status[9:12] in {b"400", b"404", b"405", b"505"}
    assert b"application/problem+json" in status
    assert b'"status":' + status[9:12] in body


def test_an_address_of_another_host_is_still_one_of_ours(gateway):
    raw = gateway.say(b"GET http://evil.example/absolute HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert raw.startswith(b"HTTP/1.1 200")
    assert gateway.asked_of("orders", "/absolute")


def test_two_hosts_are_refused(gateway):
    assert gateway.say(b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert gateway.say(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
