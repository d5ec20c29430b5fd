"""Every answer that a test of one application gets is held to the API's document."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.api.documented import STREAMS, committed

APPLICATIONS = {"orders_service", "payment_service", "orders_service.live"}


@pytest.fixture(scope="session", autouse=True)
def _answers_are_as_documented() -> Iterator[None]:
    ask = FlaskClient.open

    def asked(client: FlaskClient, *arguments: Any, **options: Any) -> TestResponse:
        answer = ask(client, *arguments, **options)
        app = client.application
        if app.import_name in APPLICATIONS and _speaks_for_itself(app, answer):
            request = answer.request
            body = None if answer.mimetype == STREAMS else answer.data
            told = (request.method, request.path, answer.status_code, answer.mimetype, body)
            complaint = committed().complaint(*told)
            assert not complaint, complaint
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FlaskClient, "open", asked)
        yield


def _speaks_for_itself(app: Flask, answer: TestResponse) -> bool:
    """Whether a view answered of which the document tells: no page, and none that a test put there."""
    method, path = answer.request.method, answer.request.path
    if method in {"HEAD", "OPTIONS"}:
        return False
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method)
    except HTTPException:
        return False
    return app.view_functions[endpoint].__dict__.get("documentation") is not None
