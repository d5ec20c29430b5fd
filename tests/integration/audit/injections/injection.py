"""Violations made by hand: what is done to legitimate books, and what exactly the auditor must say of it.

In statements `:finished` stands for the id of the order with that end. In what is expected `{finished}` does,
and `{finished.payment}`, `{finished.number}` and `{finished.refund}` for its newest payment, the provider's
number of it, and its refund. Every order comes to R$ 33.90 and holds, or held, two bottles of water.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

Change = tuple[str, str]
"""A book, and a statement that changes it."""
WATER = "(SELECT id FROM products WHERE name = 'Água mineral')"


@dataclass(frozen=True)
class Injection:
    """`rules` are those that must be violated, and no others; `says` is in what the auditor tells."""

    rules: str
    done: str
    says: str
    changes: Sequence[Change] = ()
    settle: int = 0
    later: timedelta = timedelta(0)


def without_constraints(table: str) -> list[str]:
    """The table as a bare list of rows."""
    return [
        f"CREATE TABLE bare AS SELECT * FROM {table}",
        f"DROP TABLE {table}",
        f"ALTER TABLE bare RENAME TO {table}",
    ]


def bare(book: str, table: str) -> list[Change]:
    return [(book, statement) for statement in without_constraints(table)]


def told(book: str, end: str, event_type: str, **data: object) -> list[Change]:
    """The service tells of something, and the other one has handled it."""
    reader, consumer = {"orders": ("payments", "payment"), "payments": ("orders", "orders")}[book]
    words = json.dumps(data)
    outbox = f"""
        INSERT INTO outbox (id, type, store, subject, sequence, time, data, next_at, attempts, published_at)
        SELECT 'made-up', '{event_type}', store, subject, 99, time, '{words}', next_at, 0, published_at
        FROM outbox WHERE subject = :{end} ORDER BY time DESC LIMIT 1
    """
    return [(book, outbox), (reader, heard(consumer, f"/{book}", end, event_type, words))]


def said_again(book: str, end: str, event_type: str, *, after: int) -> list[Change]:
    """The service says an event again, after so many seconds, and the other one has handled it."""
    reader = {"orders": "payments", "payments": "orders"}[book]
    outbox = f"""
        INSERT INTO outbox (id, type, store, subject, sequence, time, data, next_at, attempts, published_at)
        SELECT 'again', type, store, subject, sequence,
            strftime('%Y-%m-%d %H:%M:%f000', time, '+{after} seconds'), data, next_at, 0, published_at
        FROM outbox WHERE subject = :{end} AND type = '{event_type}'
    """
    inbox = f"""
        INSERT INTO inbox (
            consumer, id, type, source, store, subject, sequence, time, dataschema, data,
            status, received_at, next_at, attempts, handled_at
        )
        SELECT consumer, 'again', type, source, store, subject, sequence, time, dataschema, data,
            status, received_at, next_at, attempts, handled_at
        FROM inbox WHERE subject = :{end} AND type = '{event_type}'
    """
    return [(book, outbox), (reader, inbox)]


def heard(consumer: str, source: str, end: str, event_type: str, words: str) -> str:
    """The service has handled an event."""
    return f"""
        INSERT INTO inbox (
            consumer, id, type, source, store, subject, sequence, time, dataschema, data,
            status, received_at, next_at, attempts, handled_at
        )
        SELECT consumer, 'made-up', '{event_type}', '{source}', store, subject, 99, time, dataschema,
            '{words}', status, received_at, next_at, attempts, handled_at
        FROM inbox WHERE subject = :{end} AND consumer = '{consumer}' ORDER BY received_at DESC LIMIT 1
    """


def forgotten(book: str, end: str, event_type: str) -> list[Change]:
    """An event was never told, and so never heard."""
    which = f"WHERE subject = :{end} AND type = '{event_type}'"
    reader = {"orders": "payments", "payments": "orders"}[book]
    return [(book, f"DELETE FROM outbox {which}"), (reader, f"DELETE FROM inbox {which}")]


def reworded(book: str, end: str, event_type: str, member: str, value: object) -> list[Change]:
    """An event was told and heard with other words."""
    reader = {"orders": "payments", "payments": "orders"}[book]
    words = (
        f"SET data = json_set(data, '$.{member}', {value}) WHERE subject = :{end} AND type = '{event_type}'"
    )
    return [(book, f"UPDATE outbox {words}"), (reader, f"UPDATE inbox {words}")]


def another_attempt(end: str, number: int, status: str) -> Change:
    """A payment that the provider was never asked for."""
    return (
        "payments",
        f"""
        INSERT INTO payments (
            id, order_id, store, number, method, amount, status, created_at, expires_at, kept, unwanted,
            tries, lease
        )
        SELECT 'another', order_id, store, {number}, method, amount, '{status}', created_at, expires_at,
            0, 0, 0, 0
        FROM payments WHERE order_id = :{end} LIMIT 1
    """,
    )


def another_refund(end: str, status: str, amount: int, number: str = "NULL") -> Change:
    """A refund of the order's newest payment."""
    return (
        "payments",
        f"""
        INSERT INTO refunds (
            id, payment_id, position, order_id, store, amount, reason, by_staff, status, provider_id,
            created_at, done_at, tries, lease
        )
        SELECT 'another', id, 9, order_id, store, {amount}, 'order_cancelled', 0, '{status}', {number},
            created_at, created_at, 0, 0
        FROM payments WHERE order_id = :{end} ORDER BY number DESC LIMIT 1
    """,
    )
