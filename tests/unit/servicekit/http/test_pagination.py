import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from servicekit.http.pagination import DEFAULT_LIMIT, Cursor, Limit, encode_cursor
from servicekit.http.requests import StrictSchema

clean = st.text(st.characters(exclude_categories=["Cc", "Cs"]))


class Page(StrictSchema):
    limit = Limit()
    cursor = Cursor(2)


@given(clean, clean)
def test_a_cursor_brings_back_the_sort_key(first, second):
    assert Page().load({"cursor": encode_cursor(first, second)})["cursor"] == [first, second]


def test_without_a_cursor_and_a_limit_it_is_the_first_page_of_the_usual_length():
    assert Page().load({}) == {"limit": DEFAULT_LIMIT, "cursor": None}


@given(st.text())
def test_garbage_is_not_a_cursor(text):
    with pytest.raises(ValidationError):
        Page().load({"cursor": text})


def cursor_of(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        '["one"]',
        '["one", "two", "three"]',
        '["one", 2]',
        '{"a": 1, "b": 2}',
        "null",
        '["a\\u0000", "b"]',
        '["a", "\\ud800"]',
        "[" * 5000,
    ],
)
def test_a_cursor_of_another_shape_is_refused(text):
    with pytest.raises(ValidationError) as caught:
        Page().load({"cursor": cursor_of(text)})

    assert caught.value.messages == {"cursor": ["Not a cursor of this list."]}


def test_a_cursor_can_be_sent_in_an_address_as_it_is():
    assert encode_cursor("ÿ" * 20, json.dumps({})).replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5", "9" * 5000, ""])
def test_a_limit_is_from_1_to_200(limit):
    with pytest.raises(ValidationError):
        Page().load({"limit": limit})


@pytest.mark.parametrize("limit", ["1", "200"])
def test_the_bounds_belong_to_the_limit(limit):
    assert Page().load({"limit": limit})["limit"] == int(limit)
