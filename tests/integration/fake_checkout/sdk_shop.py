"""A merchant with Mercado Pago's own SDK for Python, of which only the base URL is set."""

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from mercadopago import SDK
from mercadopago.config import RequestOptions
from mercadopago.http import HttpClient
from mercadopago.webhook import WebhookSignatureValidator

from tests.integration.fake_checkout.conftest import SECRET, TOKEN, a_request, an_emulator
from tests.integration.fake_checkout.http_servers import served
from tests.servers.certificate import Certificate

REAL = "https://api.mercadopago.com"
OTHER_TOKEN = "APP_USR-2-010126-cantina-555"
OTHERS = json.dumps([{"access_token": OTHER_TOKEN, "public_key": "APP_USR-cantina"}])


class EmulatorClient(HttpClient):
    """Sends to the emulator what is meant for Mercado Pago."""

    def __init__(self, base: str) -> None:
        self._base = base

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Any:
        return super().request(method, self._base + url.removeprefix(REAL), *args, **options)


class Shop:
    """A merchant with the SDK."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.sdk = self.sdk_with(TOKEN)

    def sdk_with(self, token: str) -> SDK:
        return SDK(token, http_client=EmulatorClient(self.base))

    def create(self, key: str | None = None, **fields: Any) -> tuple[int, Any]:
        """Status and payment."""
        options = RequestOptions(custom_headers={"x-idempotency-key": key}) if key else None
        with warnings.catch_warnings():
            # The SDK would rather have the URL of the panel, which the emulator does not have.
            warnings.simplefilter("ignore", DeprecationWarning)
            answer = self.sdk.payment().create(a_request(**fields), options)
        return answer["status"], answer["response"]

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(method, f"{self.base}/__fake{path}", json=body, timeout=10)

    def approve(self, payment: dict[str, Any]) -> None:
        assert self.control("POST", f"/payments/{payment['id']}/approve").status_code == 200

    def goes_wrong(self, *rules: dict[str, Any]) -> None:
        assert self.control("PUT", "/faults", {"rules": rules}).status_code == 200

    def calls(self, method: str) -> list[int | None]:
        """The status of each call of this kind that came to the API, oldest first; None: it was lost."""
        told = self.control("GET", "/requests").json()["requests"]
        return [one["status"] for one in told if one["method"] == method]

    def turn(self, **switches: str) -> None:
        assert self.control("PUT", "/switches", switches).status_code == 200

    def start_over(self) -> None:
        """No payment, no fault, no call, the clock as it is."""
        assert self.control("POST", "/reset").status_code == 204


@contextmanager
def a_shop(folder: Path, certificate: Certificate | None = None) -> Iterator[Shop]:
    """A shop at an emulator of its own."""
    emulator = an_emulator(f"sqlite:///{folder / 'emulator.sqlite3'}", over_http=True, accounts=OTHERS)
    try:
        with served(emulator, certificate) as base:
            yield Shop(base)
    finally:
        emulator.container.database.dispose()


def assert_genuine(webhook: dict[str, Any], payment_id: int) -> None:
    """Raises unless the SDK's validator believes it, and it is of this payment."""
    validate(webhook)
    body = json.loads(webhook["body"])
    assert webhook["query"]["data.id"] == body["data"]["id"] == str(payment_id)
    assert webhook["query"]["type"] == body["type"] == "payment"


def validate(webhook: dict[str, Any], *, secret: str = SECRET, **changes: str) -> None:
    """By the SDK's validator, with other values in place of those that came."""
    came = {
        "x_signature": webhook["headers"]["X-Signature"],
        "x_request_id": webhook["headers"]["X-Request-Id"],
        "data_id": webhook["query"]["data.id"],
    }
    WebhookSignatureValidator.validate(**(came | changes), secret=secret, tolerance_seconds=60)
