import pytest
from flask import Flask

from servicekit.http.etags import etag_of, require_match
from servicekit.http.problems import Problem


@pytest.fixture
def app():
    return Flask("things")


@pytest.mark.parametrize("named", [None, '"7"', '"6", "7"', 'W/"7"', "*"])
def test_who_saw_this_version_or_says_nothing_may_go_on(app, named):
    headers = {} if named is None else {"If-Match": named}
    with app.test_request_context(headers=headers):
        require_match(7)


@pytest.mark.parametrize("named", ['"6"', 'W/"6"', "", "nonsense", '"07"'])
def test_who_saw_another_version_is_refused(app, named):
    with app.test_request_context(headers={"If-Match": named}), pytest.raises(Problem) as refused:
        require_match(7)
    assert (refused.value.status, refused.value.slug) == (412, "precondition-failed")


def test_an_etag_matches_the_version_that_it_was_made_of(app):
    with app.test_request_context(headers={"If-Match": etag_of(7)}):
        require_match(7)
