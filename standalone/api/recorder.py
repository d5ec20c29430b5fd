"""Asks a running system over HTTP, and notes each exchange under the operation that it was."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import requests

from standalone.api.examples import Examples
from standalone.api.json_schemas import JsonSchema
from standalone.settings import EMULATOR

WAIT_SECONDS = 60
STREAM = "text/event-stream"
TOKEN = "(a JSON Web Token)"  # noqa: S105 - what is shown in its place
Answer = dict[str, Any]


class NotRecorded(Exception):
    """The system did not come to what was to be recorded, or answered what is not documented."""


class Recorder:
    """One customer, and the staff of the demonstration."""

    def __init__(self, url: str, document: JsonSchema, examples: Examples) -> None:
        self.url = url
        self._examples = examples
        self._session = requests.Session()
        self._operations = [
            (verb.upper(), re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), said["operationId"])
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
            for verb, said in document["paths"][path].items()
            if verb != "servers"
        ]

    def sign_in(self, name: str) -> dict[str, str]:
        """The header of somebody whose password is their name."""
        token = self.ask("POST", "/auth/token", {"username": name, "password": name})["access_token"]
        return {"Authorization": f"Bearer {token}"}

    def ask(self, verb: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Answer:
        """One exchange; bytes are sent as they are. Raises NotRecorded."""
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        response = self._session.request(
            verb, self.url + path, headers=headers, timeout=WAIT_SECONDS, stream=True, **sent
        )
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        told = self._told(response, media_type)
        if told is not None:
            asked = None if isinstance(body, bytes) else body
            operation, status = self._operation(verb, path), response.status_code
            self._examples.add(operation, asked, status, media_type, _without_token(told))
        return told if isinstance(told, dict) else {}

    def wait_for(
        self, path: str, true_of: Callable[[Answer], bool], headers: dict[str, str] | None = None
    ) -> Answer:
        """What is there, once that is true of it; this is not recorded. Raises NotRecorded."""
        give_up = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < give_up:
            seen: Answer = self._session.get(self.url + path, headers=headers, timeout=WAIT_SECONDS).json()
            if true_of(seen):
                return seen
            time.sleep(0.1)
        raise NotRecorded(f"{path} did not become what was waited for")

    def tell_the_bank(self, provider_id: str, verb: str, body: Answer) -> None:
        """What the payer or their bank does."""
        self.tell_the_provider("POST", f"/__fake/payments/{provider_id}/{verb}", body)

    def tell_the_provider(self, verb: str, path: str, body: Answer | None = None) -> None:
        """What is no part of the API, and not recorded."""
        url = f"{self.url}{EMULATOR}{path}"
        self._session.request(verb, url, json=body, timeout=WAIT_SECONDS).raise_for_status()

    def _operation(self, verb: str, path: str) -> str:
        plain = re.sub(r"^/stores/[^/]+(?=/)", "", path.partition("?")[0])
        for known, pattern, name in self._operations:
            if known == verb and pattern.fullmatch(plain):
                return str(name)
        raise NotRecorded(f"{verb} {path} is not documented")

    def _told(self, response: requests.Response, media_type: str) -> object:
        if media_type == STREAM:
            with response:
                return next(response.iter_content(chunk_size=None)).decode()
        return json.loads(response.content) if media_type.endswith("json") else None


def _without_token(told: object) -> object:
    """Even a token that has expired alarms whoever scans for secrets."""
    return {**told, "access_token": TOKEN} if isinstance(told, dict) and "access_token" in told else told
