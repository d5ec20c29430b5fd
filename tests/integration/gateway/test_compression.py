import json

import pytest

from tests.integration.gateway.upstream import answer_with

LARGE = json.dumps([{"name": f"X-Salada {number}"} for number in range(200)]).encode()


def answered(gateway, media_type, body=LARGE, *, accepting="gzip", **headers):
    path = f"/{media_type.partition(';')[0]}"
    sent = {"Content-Type": media_type, **headers}
    gateway.upstreams["orders"].answers[path] = lambda handler: answer_with(handler, body, sent)
    answer = gateway.get(path, headers={"Accept-Encoding": accepting})
    assert answer.content == body
    return answer


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/html; charset=utf-8",
        "text/css",
        "text/javascript",
        "application/javascript",
    ],
)
def test_text_is_compressed_for_those_who_take_it(gateway, media_type):
    answer = answered(gateway, media_type)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Content-Encoding" not in answered(gateway, media_type, accepting="identity").headers


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "application/octet-stream"])
def test_what_is_compressed_already_is_left_alone(gateway, media_type):
    assert "Content-Encoding" not in answered(gateway, media_type).headers


def test_what_is_short_is_left_alone(gateway):
    assert "Content-Encoding" not in answered(gateway, "application/json", b"[]").headers


def test_a_version_is_still_named_by_its_etag(gateway):
    """By a weak one, since the bytes are others; servicekit's require_match takes it."""
    assert answered(gateway, "application/json", ETag='"7"').headers["ETag"] == 'W/"7"'
