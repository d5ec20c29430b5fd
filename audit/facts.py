"""What is copied from each book: these columns of these tables, and no others.

Nothing that names a person is among them, and no code to pay by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

ORDERS, PAYMENTS, PROVIDER = "orders", "payments", "provider"
"""The three books."""


class Dialect(Protocol):
    """How an engine of databases says what the facts need."""

    def number(self, column: str) -> str:
        """A whole number, or a truth as 0 or 1."""
        ...

    def text(self, column: str) -> str:
        """As text, whatever it is."""
        ...

    def instant(self, column: str) -> str:
        """A time in UTC as the text 2026-11-22 03:04:44.351000, which sorts as times do."""
        ...

    def member(self, column: str, name: str) -> str:
        """A member of a JSON object as text."""
        ...

    def header(self, column: str, name: str) -> str:
        """A member of a JSON object by its name in whatever case, as text."""
        ...


class Expression(Protocol):
    """What stands for a column of a fact, in the words of an engine."""

    def __call__(self, dialect: Dialect) -> str:
        """SQL."""
        ...


def plain(column: str) -> Expression:
    """The column as it is."""
    return lambda _dialect: column


def number(column: str) -> Expression:
    """A truth as 0 or 1."""
    return lambda dialect: dialect.number(column)


def text(column: str) -> Expression:
    """The column as text."""
    return lambda dialect: dialect.text(column)


def instant(column: str) -> Expression:
    """The column as a time."""
    return lambda dialect: dialect.instant(column)


def later(column: str, other: str) -> Expression:
    """The later of two times; the second may be missing."""

    def said(dialect: Dialect) -> str:
        first, second = dialect.instant(column), dialect.instant(other)
        return f"CASE WHEN {other} > {column} THEN {second} ELSE {first} END"

    return said


def member(column: str, name: str) -> Expression:
    """A member of the JSON in the column."""
    return lambda dialect: dialect.member(column, name)


def header(column: str, name: str) -> Expression:
    """A header of the JSON in the column."""
    return lambda dialect: dialect.header(column, name)


def constant(value: str) -> Expression:
    """The same in every row."""
    return lambda _dialect: f"'{value}'"


@dataclass(frozen=True, slots=True)
class Fact:
    """A table of the scratch database, and how its rows are found in a book's `table`."""

    name: str
    table: str
    columns: Mapping[str, Expression]
    where: str = ""

    def select(self, dialect: Dialect) -> str:
        """The statement that reads its rows."""
        wanted = ", ".join(f"{expression(dialect)} AS {name}" for name, expression in self.columns.items())
        return f"SELECT {wanted} FROM {self.table}" + (f" WHERE {self.where}" if self.where else "")


def _plainly(*columns: str) -> dict[str, Expression]:
    return {column: plain(column) for column in columns}


def _instants(*columns: str) -> dict[str, Expression]:
    return {column: instant(column) for column in columns}


_MEMBERS = ("total", "amount", "refunded_total", "status", "reason", "payment_id", "refund_id")
"""Of the data of events, what money, states and stock depend on."""


def _words() -> Expression:
    """All of them in one text, the same on every engine."""

    def said(dialect: Dialect) -> str:
        return " || ' ' || ".join(f"coalesce({dialect.member('data', name)}, '-')" for name in _MEMBERS)

    return said


def _said(book: str) -> Fact:
    return Fact(
        "said",
        "outbox",
        {
            "book": constant(book),
            **_plainly("id", "type", "store", "subject", "sequence", "causationid"),
            "time": instant("time"),
            "changed_at": later("time", "published_at"),
            "published": plain("CASE WHEN published_at IS NULL THEN 0 ELSE 1 END"),
            "parked": plain("CASE WHEN parked_at IS NULL OR dropped_at IS NOT NULL THEN 0 ELSE 1 END"),
            "dropped": plain("CASE WHEN dropped_at IS NULL THEN 0 ELSE 1 END"),
            "words": _words(),
            **{
                name: member("data", name)
                for name in ("total", "amount", "status", "payment_id", "refund_id")
            },
        },
    )


def _heard(book: str) -> Fact:
    return Fact(
        "heard",
        "inbox",
        {
            "book": constant(book),
            **_plainly("id", "type", "source", "store", "subject", "sequence"),
            "state": plain("status"),
            "unreadable": plain("CASE WHEN raw IS NULL THEN 0 ELSE 1 END"),
            "received_at": instant("received_at"),
            "changed_at": later("received_at", "handled_at"),
            "words": _words(),
        },
    )


PROVIDER_PAYMENTS = Fact(
    "provider_payments",
    "payments",
    {
        "id": text("id"),
        **_plainly("amount", "status", "status_detail"),
        "reference": plain("external_reference"),
        "attempt_id": member("metadata", "payment_id"),
        "store": member("metadata", "store"),
        **_instants("created_at", "updated_at", "approved_at"),
    },
)
PROVIDER_REFUNDS = Fact(
    "provider_refunds",
    "refunds",
    {
        "id": text("id"),
        "provider_payment_id": text("payment_id"),
        **_plainly("amount", "status"),
        **_instants("created_at"),
    },
)
PROVIDER_REQUESTS = Fact(
    "provider_requests",
    "requests",
    {"key": header("headers", "x-idempotency-key"), **_plainly("path", "body")},
    where="method = 'POST'",
)

FACTS: Mapping[str, tuple[Fact, ...]] = {
    ORDERS: (
        Fact("products", "products", {"id": plain("id"), "counted": number("counted")}),
        Fact("stock", "stock", _plainly("product_id", "store", "on_hand", "reserved")),
        Fact(
            "movements",
            "stock_movements",
            {**_plainly("product_id", "reason", "delta", "order_id"), **_instants("at")},
        ),
        Fact(
            "orders",
            "orders",
            {
                **_plainly("id", "store", "status", "method", "discount", "total", "currency"),
                "reason": plain("cancellation_reason"),
                **_instants("created_at", "deadline", "cancelling_since"),
            },
        ),
        Fact(
            "lines",
            "order_lines",
            _plainly("order_id", "product_id", "unit_price", "quantity", "unit_discount", "promotion_id"),
        ),
        Fact("history", "order_history", {**_plainly("order_id", "position", "status"), **_instants("at")}),
        Fact("reservations", "reservations", _plainly("order_id", "product_id", "quantity", "state")),
        Fact(
            "shown_payments",
            "order_payments",
            {**_plainly("order_id", "id", "status", "amount", "refunded"), "kept": number("kept")},
        ),
        _said(ORDERS),
        _heard(ORDERS),
    ),
    PAYMENTS: (
        Fact(
            "charges",
            "charges",
            {
                **_plainly("order_id", "store", "state", "reason", "total", "currency", "method"),
                **_instants("created_at"),
            },
        ),
        Fact(
            "attempts",
            "payments",
            {
                **_plainly("id", "order_id", "store", "number", "amount", "status", "held"),
                **_plainly("provider_id", "at_provider", "return_reason"),
                "kept": number("kept"),
                "shown": plain("CASE WHEN qr_code IS NULL AND method <> 'card' THEN 0 ELSE 1 END"),
                **_instants("created_at", "expires_at", "sent_at", "approved_at", "next_at"),
            },
        ),
        Fact(
            "refunds",
            "refunds",
            {
                **_plainly("id", "payment_id", "order_id", "store", "amount", "status", "provider_id"),
                # A refund that the staff asked for carries their own words; they can name a person.
                "origin": plain("CASE WHEN by_staff THEN 'staff' ELSE reason END"),
                **_instants("created_at", "done_at"),
            },
        ),
        Fact(
            "answers",
            "provider_answers",
            {
                **_plainly("payment_id", "order_id", "provider_id", "status", "amount", "currency"),
                **_plainly("reference"),
                **_instants("heard_at"),
            },
        ),
        Fact("notices", "notifications", {**_plainly("id", "state"), **_instants("received_at")}),
        _said(PAYMENTS),
        _heard(PAYMENTS),
    ),
    PROVIDER: (
        PROVIDER_PAYMENTS,
        PROVIDER_REFUNDS,
        PROVIDER_REQUESTS,
        Fact(
            "provider_keys",
            "answers",
            {"key": plain("key"), "object_id": member("body", "id")},
        ),
    ),
}
