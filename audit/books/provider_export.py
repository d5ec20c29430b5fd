"""The provider's books as its emulator tells them over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

import requests

from audit.books.book import CannotRead, Rows
from audit.facts import PROVIDER, PROVIDER_PAYMENTS, PROVIDER_REFUNDS, PROVIDER_REQUESTS, Fact

PAGE = 200
TIMEOUT_SECONDS = (5, 60)
NONSENSE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
"""What reading an answer that is not what was asked for can raise."""


class ProviderExport:
    """Reads the books page by page. Each payment is told with its refunds, as of one moment of its own."""

    name = PROVIDER

    def __init__(self, address: str) -> None:
        self._address = address.rstrip("/") + "/__fake"
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy is asked about money

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()

    def now(self) -> datetime:
        """Its real clock."""
        with self._told("clock"):
            told = self._get("clock")
            return datetime.fromisoformat(told["now"]).astimezone(UTC) - _seconds(told)

    def offset(self) -> timedelta:
        """Of its virtual clock."""
        with self._told("clock"):
            return _seconds(self._get("clock"))

    def begin(self) -> None:
        """There is no snapshot to take."""

    def size(self) -> int:
        """It does not say."""
        return 0

    def rows(self) -> Iterator[tuple[Fact, Rows]]:
        """Payments with their refunds, by the payments' numbers; then what it was asked lately."""
        after = 0
        with self._told("books"):
            while payments := self._get("books", after=after, limit=PAGE)["payments"]:
                yield PROVIDER_PAYMENTS, [_payment(one) for one in payments]
                yield PROVIDER_REFUNDS, [_refund(one) for payment in payments for one in payment["refunds"]]
                after = payments[-1]["id"]
        with self._told("requests"):
            asked = self._get("requests")["requests"]
            yield PROVIDER_REQUESTS, [_request(one) for one in asked if one["method"] == "POST"]

    def finish(self) -> None:
        """There was no snapshot to keep."""

    def _get(self, path: str, **query: int) -> dict[str, Any]:
        answer = self._session.get(f"{self._address}/{path}", params=query, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json(parse_float=Decimal)
        return told

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except requests.HTTPError as error:
            why = f"{self._address}/{path} answered {error.response.status_code}"
            raise CannotRead(self.name, why) from error
        except requests.JSONDecodeError as error:
            raise CannotRead(
                self.name, f"{self._address}/{path} answered something else than JSON"
            ) from error
        except requests.RequestException as error:
            why = f"{self._address}/{path} does not answer ({type(error).__name__})"
            raise CannotRead(self.name, why) from error
        except NONSENSE as error:
            why = f"{self._address}/{path} answered something else than books"
            raise CannotRead(self.name, why) from error


def _seconds(told: dict[str, Any]) -> timedelta:
    return timedelta(seconds=told["offset_seconds"])


def _payment(told: dict[str, Any]) -> tuple[object, ...]:
    said = told["metadata"] or {}
    return (
        str(told["id"]),
        _centavos(told["transaction_amount"]),
        told["status"],
        told["status_detail"],
        told["external_reference"],
        said.get("payment_id"),
        said.get("store"),
        _instant(told["date_created"]),
        _instant(told["date_last_updated"]),
        _instant(told["date_approved"]),
    )


def _refund(told: dict[str, Any]) -> tuple[object, ...]:
    return (
        str(told["id"]),
        str(told["payment_id"]),
        _centavos(told["amount"]),
        told["status"],
        _instant(told["date_created"]),
    )


def _request(told: dict[str, Any]) -> tuple[object, ...]:
    headers = {name.lower(): value for name, value in told["headers"].items()}
    return headers.get("x-idempotency-key"), told["path"], told["body"]


def _centavos(reais: Decimal | int) -> int:
    return int(Decimal(reais) * 100)


def _instant(text: str | None) -> str | None:
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
