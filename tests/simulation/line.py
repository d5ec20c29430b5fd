"""Lines without a socket: what `requests` sends goes straight into a WSGI application."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client

from fake_checkout.domain.delivery import Notification
from fake_checkout.infrastructure.http_webhook_sender import address, body

Ask = Callable[[requests.PreparedRequest], requests.Response]
Trouble = Callable[[requests.PreparedRequest, Ask], requests.Response]
"""What befalls a call: it may change the request, hand it over or not, and change the answer or lose it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A kind of call: its method and its path, as regular expressions."""

    method: str
    path: str

    def is_made_by(self, request: requests.PreparedRequest) -> bool:
        path = urlsplit(request.url or "").path
        return bool(re.fullmatch(self.method, request.method or "") and re.fullmatch(self.path, path))


@dataclass(slots=True)
class Blow:
    """A trouble that befalls the next `times` calls of a kind."""

    call: Call
    trouble: Trouble
    times: int
    struck: int = 0

    def strikes(self, request: requests.PreparedRequest) -> bool:
        return self.struck < self.times and self.call.is_made_by(request)


class Line(BaseAdapter):
    """An adapter for a session: every request is answered by the application, unless something befalls it."""

    def __init__(self, application: Any) -> None:
        super().__init__()
        self._client = Client(application)
        self.said: list[requests.PreparedRequest] = []
        self.blows: list[Blow] = []

    def befall(self, call: Call, trouble: Trouble, *, times: int = 1) -> Blow:
        """From now on this befalls calls of this kind. Returns the blow, which counts."""
        blow = Blow(call, trouble, times)
        self.blows.append(blow)
        return blow

    def made(self, call: Call) -> list[requests.PreparedRequest]:
        """The calls of this kind that were made, whatever befell them."""
        return [request for request in self.said if call.is_made_by(request)]

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        self.said.append(request)
        for blow in self.blows:
            if blow.strikes(request):
                blow.struck += 1
                return blow.trouble(request, self._hand_over)
        return self._hand_over(request)

    def _hand_over(self, request: requests.PreparedRequest) -> requests.Response:
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
        return an_answer(answer.status_code, content, dict(answer.headers.items()))

    def close(self) -> None:
        """Nothing is open."""


def an_answer(status: int, content: bytes, headers: dict[str, str] | None = None) -> requests.Response:
    """A response as it would have come over a socket."""
    response = requests.Response()
    response.status_code = status
    response.headers = CaseInsensitiveDict(headers or {})
    response._content, response._content_consumed = content, True
    return response


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook as it was sent."""

    path: str
    query: str
    content: bytes
    headers: dict[str, str]


class WebhookLine:
    """Sends webhooks into the application that listens for them, unless the line is cut."""

    def __init__(self) -> None:
        self.application: Any = None
        self.cut = False
        self.sent: list[Notice] = []

    def send(self, notification: Notification, *, request_id: str, signature: str) -> int | None:
        """The status of the answer; None while the line is cut."""
        if self.cut:
            return None
        target = urlsplit(address(notification))
        headers = {"Content-Type": "application/json", "X-Request-Id": request_id, "X-Signature": signature}
        notice = Notice(target.path, target.query, body(notification), headers)
        self.sent.append(notice)
        return self.post(notice).status_code

    def post(self, notice: Notice) -> Any:
        """Say it, again or for the first time. Returns the answer."""
        return Client(self.application).post(
            notice.path, query_string=notice.query, data=notice.content, headers=list(notice.headers.items())
        )
