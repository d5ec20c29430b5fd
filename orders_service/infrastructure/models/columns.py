"""Columns that many tables share."""

import sqlalchemy as sa

ID = sa.String(36)
SLUG = sa.String(64)
WORD = sa.String(32)
HASH = sa.String(64)


def store_column(*, primary_key: bool = False) -> sa.Column[str]:
    """The tenant to which the row belongs."""
    reference = sa.ForeignKey("stores.slug")
    return sa.Column("store", SLUG, reference, primary_key=primary_key, nullable=False)


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over the rows that meet the condition, on both engines."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def is_set(flag: sa.Column[bool]) -> sa.ColumnElement[bool]:
    """The flag as the condition of a partial index writes it, so that SQLite finds the index.

    SQLAlchemy would compare it with 1 there, and to SQLite another wording is another condition.
    """
    return sa.literal_column(f"{flag.table.name}.{flag.name}")
