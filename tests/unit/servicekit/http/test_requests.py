from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask, jsonify
from marshmallow import fields

from servicekit.http.problems import install_problems
from servicekit.http.requests import (
    MAX_BODY_BYTES,
    StrictBoolean,
    StrictInteger,
    StrictSchema,
    StrictString,
    UuidString,
    install_requests,
    parse_body,
    parse_query,
    read_body,
)

MOST_BYTES = 4 * MAX_BODY_BYTES
UUID = "01936b3a-5f7e-7c3a-8f4e-2a1b3c4d5e6f"


class Note(StrictSchema):
    text = StrictString(longest=10, shortest=1)
    units = StrictInteger()
    done = StrictBoolean()
    price = fields.Raw()
    id = UuidString()


class NoSuchThing(Exception):
    pass


@pytest.fixture
def client():
    app = Flask(__name__, static_folder=None)
    install_problems(app, NoSuchThing)
    install_requests(app)

    @app.post("/notes")
    def post():
        note = parse_body(Note())
        return jsonify({name: repr(value) for name, value in note.items()})

    @app.put("/notes/scan")
    def put():
        return jsonify(length=len(read_body(MOST_BYTES)))

    @app.get("/notes")
    def get():
        return jsonify(parse_query(Note()))

    return app.test_client()


def post(client, raw, content_type="application/json"):
    return client.post("/notes", data=raw, content_type=content_type)


def test_a_body_is_loaded_by_its_schema(client):
    answer = post(client, '{"text": "olá\\n", "units": 3}')

    assert answer.status_code == 200
    assert answer.json == {"text": repr("olá\n"), "units": "3"}


def test_fractions_never_pass_through_a_binary_float(client):
    answer = post(client, '{"price": 0.1000000000000000055511151231257827}')

    assert answer.json == {"price": repr(Decimal("0.1000000000000000055511151231257827"))}


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_json_by_other_names_is_json(client, content_type):
    assert post(client, "{}", content_type).status_code == 200


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_what_does_not_say_that_it_is_json_is_415(client, content_type):
    answer = post(client, "{}", content_type)

    assert answer.status_code == 415
    assert answer.json["type"] == "/problems/unsupported-media-type"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"text": "\xff"}',
        '{"text": "é"}'.encode("latin-1"),
        '{"text": "a"}'.encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"text": "a\nb"}',
        b"[" * 50_000,
        b"[" * 25_000 + b"]" * 25_000,
        b'{"a":' * 10_000,
        b'{"price": NaN}',
        b'{"price": Infinity}',
        b'{"price": -Infinity}',
        b'{"price": 1e99999999999999999999}',
        b'{"price": 1e999999999}',
        b'{"price": 1e-999999999}',
        b'{"units": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_not_readable_json_is_400(client, raw):
    answer = post(client, raw)

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/problems/malformed-body"


@pytest.mark.parametrize("raw", ["[]", "null", '"text"', "1"])
def test_json_that_is_no_object_is_422(client, raw):
    answer = post(client, raw)

    assert answer.status_code == 422
    assert answer.json["errors"] == {"_schema": ["Not an object."]}


def test_a_member_that_the_schema_does_not_name_is_422_and_named(client):
    answer = post(client, '{"text": "a", "total": 1}')

    assert answer.status_code == 422
    assert answer.json["errors"] == {"total": ["Unknown field."]}


def test_a_member_whose_name_is_half_a_surrogate_pair_is_422(client):
    answer = post(client, '{"\\ud800": 1}')

    assert answer.status_code == 422
    assert answer.json["errors"] == {"?": ["Unknown field."]}


@pytest.mark.parametrize(
    "value", ["true", "false", '"1"', "1.5", "1.0", "1e2", "null", "[]", "{}", str(2**63), str(-(2**63) - 1)]
)
def test_only_a_whole_number_is_an_integer(client, value):
    answer = post(client, f'{{"units": {value}}}')

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["units"]


@pytest.mark.parametrize("value", [0, -7, 2**63 - 1, -(2**63)])
def test_whole_numbers_of_64_bits_are_taken_as_they_are(client, value):
    assert post(client, f'{{"units": {value}}}').json == {"units": str(value)}


@pytest.mark.parametrize(
    "value",
    [
        '""',
        '"12345678901"',
        '"a\\u0000"',
        '"\\u001b[2J"',
        '"a\\r"',
        '"\\u0085"',
        '"\\ud800"',
        '"\\udc00a"',
        "1",
    ],
)
def test_a_text_has_its_length_and_no_characters_that_cannot_be_stored_or_printed(client, value):
    answer = post(client, f'{{"text": {value}}}')

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["text"]


@pytest.mark.parametrize("value", ["é", "🍕", "a\\tb", "a\\nb", "1234567890", "\\ud83c\\udf55"])
def test_any_other_text_is_taken(client, value):
    assert post(client, f'{{"text": "{value}"}}').status_code == 200


@pytest.mark.parametrize("value", [UUID, UUID.upper(), UUID.replace("-", ""), "{" + UUID + "}"])
def test_an_id_is_taken_in_its_canonical_form(client, value):
    assert post(client, f'{{"id": "{value}"}}').json == {"id": repr(UUID)}


@pytest.mark.parametrize("value", ['"x"', '""', "1", '"\\u0000"', "null", f'"{UUID}0"'])
def test_what_is_no_uuid_is_422(client, value):
    answer = post(client, f'{{"id": {value}}}')

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["id"]


def test_a_body_that_is_too_long_is_413(client):
    answer = post(client, b" " * (MAX_BODY_BYTES + 1))

    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"


def test_a_body_that_does_not_tell_its_length_is_read_no_further_than_the_limit(client):
    endless = BytesIO(b'{"text": "' + b"a" * 10 * MAX_BODY_BYTES)

    answer = client.post(
        "/notes",
        content_type="application/json",
        input_stream=endless,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )

    assert answer.status_code == 400
    assert endless.tell() == MAX_BODY_BYTES


def test_a_body_of_the_greatest_length_is_read(client):
    assert post(client, b"{}" + b" " * (MAX_BODY_BYTES - 2)).status_code == 200


def test_the_query_is_loaded_by_its_schema(client):
    assert client.get("/notes?text=abc").json == {"text": "abc"}


def test_a_wrong_query_is_422_and_named(client):
    answer = client.get("/notes?text=a%00b&unknown=1")

    assert answer.status_code == 422
    assert sorted(answer.json["errors"]) == ["text", "unknown"]


CHUNKED = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


def test_a_route_can_have_a_limit_of_its_own(client):
    answer = client.put("/notes/scan", data=b"x" * MOST_BYTES)
    assert (answer.status_code, answer.json) == (200, {"length": MOST_BYTES})
    stream = BytesIO(b"x" * MOST_BYTES)
    answer = client.put("/notes/scan", input_stream=stream, environ_overrides=CHUNKED)
    assert answer.json == {"length": MOST_BYTES}


def test_a_body_beyond_the_limit_of_its_route_is_413_whether_it_tells_its_length_or_not(client):
    endless = BytesIO(b"x" * 10 * MOST_BYTES)
    for answer in (
        client.put("/notes/scan", data=b"x" * (MOST_BYTES + 1)),
        client.put("/notes/scan", data=b"x" * (MOST_BYTES + 2)),
        client.put("/notes/scan", input_stream=endless, environ_overrides=CHUNKED),
    ):
        assert answer.status_code == 413
        assert answer.mimetype == "application/problem+json"
    assert endless.tell() == MOST_BYTES + 1


@pytest.mark.parametrize("value", ["1", "0", '"true"', "null", "[]"])
def test_what_is_no_boolean_is_422(client, value):
    answer = post(client, f'{{"done": {value}}}')
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["done"])


@pytest.mark.parametrize(("value", "loaded"), [("true", "True"), ("false", "False")])
def test_a_boolean_is_true_or_false(client, value, loaded):
    assert post(client, f'{{"done": {value}}}').json == {"done": loaded}
