"""Idempotency-Key: the same request again gets the stored answer, not a second effect.

The key and the answer are written in the transaction of the effect, which the view's use case joins. What has
to be done outside of any transaction, because it is not the database that does it, is done ahead of that one.
"""

import functools
import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, make_response, request
from sqlalchemy import Connection, Row

from servicekit.database.database import Database, Transaction
from servicekit.database.retry import repeated
from servicekit.database.types import UtcDateTime
from servicekit.http.auth import current_principal
from servicekit.http.problems import Problem
from servicekit.http.stores import current_store, path_in_store

ResultT = TypeVar("ResultT")

KEPT_HOURS = 24
LONGEST_KEY = 255


def idempotency_table(metadata: sa.MetaData) -> sa.Table:
    """Define the table."""
    return sa.Table(
        "idempotency_keys",
        metadata,
        sa.Column("store", sa.String(64), primary_key=True),
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("location", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )


@dataclass(frozen=True, slots=True)
class _Key:
    """What a key stands for: `scope` is a digest of verb, path, caller and key."""

    store: str
    scope: str
    fingerprint: str


class IdempotencyKeys:
    """The stored answers of one service."""

    def __init__(self, database: Database, table: sa.Table, secret: bytes = b"") -> None:
        """With a secret, nobody can find out from what is stored what a short request has said."""
        self._secret = secret
        self._database = database
        self._table = table
        self._running: set[_Key] = set()
        self._guard = threading.Lock()

    def digest(self, text: bytes) -> str:
        """Tells texts apart, and nothing of what they say."""
        return hmac.digest(self._secret, text, "sha256").hex()

    def answer(self, key: _Key, view: Callable[[], Response]) -> Response:
        """The stored answer, or the view's. Raises Problem: 409 the first still runs, 422 another body."""
        with self._alone(key):
            return repeated(self._database, lambda: self._answer_once(key, view))

    def answer_after(
        self, key: _Key, first: Callable[[], ResultT], view: Callable[[ResultT], Response]
    ) -> Response:
        """As `answer`, with a view of what `first` gives: which is not called where an answer is stored."""
        with self._alone(key):
            stored = self._stored(key)
            if stored is not None:
                return stored
            try:
                given = first()
            except Exception:
                # Refused, perhaps, because another process has answered this very request meanwhile.
                stored = self._stored(key)
                if stored is not None:
                    return stored
                raise
            return repeated(self._database, lambda: self._answer_once(key, lambda: view(given)))

    def _stored(self, key: _Key) -> Response | None:
        with self._database.read() as connection:
            row = self._row(connection, key)
            if row is None or _is_old(row, self._database.clock(connection)):
                return None
        return _replay(row, key)

    def _answer_once(self, key: _Key, view: Callable[[], Response]) -> Response:
        with self._database.transaction() as transaction:
            self._lock(transaction, key)
            stored = self._find(transaction, key)
            if stored is not None:
                return _replay(stored, key)
            response = view()
            if response.status_code < 300:  # noqa: PLR2004 - only what succeeded is worth repeating
                self._keep(transaction, key, response)
                transaction.commit()
            return response

    @contextmanager
    def _alone(self, key: _Key) -> Iterator[None]:
        """Refuse the key while this process works on it."""
        one = _Key(key.store, key.scope, "")
        with self._guard:
            if one in self._running:
                raise _still_running()
            self._running.add(one)
        try:
            yield
        finally:
            with self._guard:
                self._running.discard(one)

    def _lock(self, transaction: Transaction, key: _Key) -> None:
        """Refuse the key while another process works on it (the embedded database has no other)."""
        if transaction.connection.dialect.name != "postgresql":
            return
        number = sa.func.hashtextextended(f"{key.store}/{key.scope}", 0)
        if not transaction.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(number))):
            raise _still_running()

    def _find(self, transaction: Transaction, key: _Key) -> Row[Any] | None:
        row = self._row(transaction.connection, key)
        if row is not None and _is_old(row, transaction.now()):
            transaction.connection.execute(sa.delete(self._table).where(self._same(key)))
            return None
        return row

    def _row(self, connection: Connection, key: _Key) -> Row[Any] | None:
        return connection.execute(sa.select(self._table).where(self._same(key))).first()

    def _same(self, key: _Key) -> sa.ColumnElement[bool]:
        return sa.and_(self._table.c.store == key.store, self._table.c.scope == key.scope)

    def _keep(self, transaction: Transaction, key: _Key, response: Response) -> None:
        transaction.connection.execute(
            sa.insert(self._table).values(
                store=key.store,
                scope=key.scope,
                fingerprint=key.fingerprint,
                status=response.status_code,
                location=response.headers.get("Location"),
                etag=response.headers.get("ETag"),
                body=response.get_data(as_text=True),
                created_at=transaction.now(),
            )
        )


def install_idempotency(app: Flask, keys: IdempotencyKeys) -> None:
    """Let the app's idempotent views use these keys."""
    app.extensions["idempotency_keys"] = keys


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Honour the Idempotency-Key header on a view that creates something or moves money."""

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Response:
        def answer() -> Response:
            return make_response(view(*args, **kwargs))

        header = request.headers.get("Idempotency-Key")
        if header is None:
            return answer()
        keys: IdempotencyKeys = current_app.extensions["idempotency_keys"]
        return keys.answer(_key(header), answer)

    return _marked(wrapper)


def idempotent_after(first: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """As `idempotent`, for a view of something that no transaction may wait for, or can take back.

    `first` is called with the view's arguments ahead of the transaction, and not where an answer is stored;
    the view, with what `first` gave. After a crash, or in two processes at once, `first` may be called again
    for one key: it has `request_digest` to know it by.
    """

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Response:
            header = request.headers.get("Idempotency-Key")
            if header is None:
                return make_response(view(first(*args, **kwargs)))
            keys: IdempotencyKeys = current_app.extensions["idempotency_keys"]
            return keys.answer_after(
                _key(header), lambda: first(*args, **kwargs), lambda given: make_response(view(given))
            )

        return _marked(wrapper)

    return decorate


def is_idempotent(view: Callable[..., Any]) -> bool:
    """Whether the view honours the header."""
    return bool(getattr(view, "takes_key", False))


def request_digest() -> str | None:
    """What stands for the request at hand and for its repeats, by its Idempotency-Key; None without one."""
    header = request.headers.get("Idempotency-Key")
    return None if header is None else _key(header).scope


def _marked(view: Callable[..., Any]) -> Callable[..., Any]:
    view.__dict__["takes_key"] = True
    return view


def _key(header: str) -> _Key:
    if not 1 <= len(header) <= LONGEST_KEY or not header.isprintable():
        detail = f"The Idempotency-Key has 1 to {LONGEST_KEY} printable characters."
        raise Problem(422, "invalid-idempotency-key", "Invalid Idempotency-Key", detail)
    principal = current_principal()
    caller = principal.subject if principal is not None else ""
    scope = "\n".join((request.method, path_in_store(request.path), caller, header))
    keys: IdempotencyKeys = current_app.extensions["idempotency_keys"]
    return _Key(current_store(), keys.digest(scope.encode()), keys.digest(request.get_data(cache=True)))


def _replay(stored: Row[Any], key: _Key) -> Response:
    if stored.fingerprint != key.fingerprint:
        detail = "This Idempotency-Key was used with another body."
        raise Problem(422, "idempotency-key-reused", "Idempotency-Key reused", detail)
    response = Response(stored.body, stored.status, mimetype="application/json")
    for header, value in (("Location", stored.location), ("ETag", stored.etag)):
        if value:
            response.headers[header] = value
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _is_old(row: Row[Any], now: datetime) -> bool:
    created_at: datetime = row.created_at
    return created_at < now - timedelta(hours=KEPT_HOURS)


def _still_running() -> Problem:
    detail = "The first request with this Idempotency-Key is still running."
    return Problem(409, "idempotency-key-in-use", "Idempotency-Key in use", detail)
