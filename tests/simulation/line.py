"""Lines without a socket: what `requests` sends goes straight into a WSGI application."""

from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from fake_checkout.domain.delivery import Notification
from fake_checkout.infrastructure.http_webhook_sender import address, body


class Line(BaseAdapter):
    """An adapter for a session: every request is answered by the application, or the line is dead."""

    def __init__(self, application: Any) -> None:
        super().__init__()
        self._client = Client(application)

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        target = urlsplit(request.url or "")
        try:
            answer = self._client.open(
                target.path,
                method=request.method,
                query_string=target.query,
                data=request.body,
                headers=list(request.headers.items()),
            )
            content = answer.get_data()
        except Exception as error:
            raise requests.ConnectionError(repr(error)) from error
        response = requests.Response()
        response.status_code = answer.status_code
        response.headers = CaseInsensitiveDict(answer.headers.items())
        response._content, response._content_consumed = content, True
        response.url = request.url or ""
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


class WebhookLine:
    """Sends webhooks into the application that listens for them, unless the line is cut."""

    def __init__(self) -> None:
        self.application: Any = None
        self.cut = False

    def send(self, notification: Notification, *, request_id: str, signature: str) -> int | None:
        """The status of the answer; None while the line is cut."""
        if self.cut:
            return None
        target = urlsplit(address(notification))
        headers = {"Content-Type": "application/json", "X-Request-Id": request_id, "X-Signature": signature}
        answer = Client(self.application).post(
            target.path, query_string=target.query, data=body(notification), headers=headers
        )
        return answer.status_code
