"""How the SDK reaches Mercado Pago: at a base URL of our choice, within bounds, following no redirect."""

import json
import threading
from decimal import Decimal
from http.cookiejar import DefaultCookiePolicy
from typing import Any, NoReturn

import requests
from mercadopago.http import HttpClient

from payment_service.infrastructure.gateways.punctual_adapter import PunctualAdapter

SDK_BASE_URL = "https://api.mercadopago.com"
CONNECT_SECONDS = 3.05
MAX_BYTES = 1024 * 1024
CHUNK_BYTES = 16 * 1024
LONGEST_RETRY_AFTER_SECONDS = 3600
MOST_DIGITS = 9


class NoAnswer(Exception):
    """Nobody knows what became of the call."""


class MercadoPagoClient(HttpClient):  # type: ignore[misc] # the SDK comes without types
    """The SDK's transport, with one kept-alive session for each thread.

    Nothing is repeated here: whoever calls knows what may be said twice. Numbers become int or Decimal.
    """

    def __init__(self, base_url: str, timeout_seconds: float) -> None:
        super().__init__()
        self._base_url = base_url.rstrip("/")
        self._timeout = timeout_seconds
        self._threads = threading.local()

    def request(self, method: str, url: str, **options: Any) -> dict[str, Any]:
        """The answer as the SDK passes it on, and `retry_after` in seconds. Raises NoAnswer."""
        allowed = {name: options.get(name) for name in ("headers", "params", "data")}
        try:
            with self._session().request(
                method,
                self._base_url + url.removeprefix(SDK_BASE_URL),
                timeout=(min(CONNECT_SECONDS, self._timeout), self._timeout),
                allow_redirects=False,
                stream=True,
                **allowed,
            ) as response:
                body = _read(response)
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from error
        try:
            told = _decode(body)
        except NoAnswer:
            if response.ok:
                raise
            told = None  # whatever page stands in the way, its status and headers are an answer
        return {
            "status": response.status_code,
            "response": told,
            "retry_after": _seconds(response.headers.get("Retry-After", "")),
        }

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = requests.Session()
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # accounts share a session
            session.trust_env = False  # neither proxies nor .netrc decide where money is spoken of
            for scheme in ("https://", "http://"):
                session.mount(scheme, PunctualAdapter(max_retries=0))
            self._threads.session = session
        return session


def _read(response: requests.Response) -> bytes:
    """The body, unless it is too long."""
    body = b""
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > MAX_BYTES:
            raise NoAnswer("an answer without end")
    return body


def _decode(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body.decode("utf-8"), parse_float=_number, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NoAnswer("not JSON") from error


def _number(text: str) -> Decimal | float:
    """A number as it was written; with an exponent it is no amount of money, and remains a float."""
    return float(text) if "e" in text.lower() else Decimal(text)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _seconds(retry_after: str) -> int:
    if not (retry_after.isascii() and retry_after.isdigit()):
        return 0
    too_long = len(retry_after) > MOST_DIGITS
    return LONGEST_RETRY_AFTER_SECONDS if too_long else min(int(retry_after), LONGEST_RETRY_AFTER_SECONDS)
