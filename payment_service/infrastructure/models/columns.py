"""Columns that many tables share."""

import sqlalchemy as sa

from servicekit.database.types import UtcDateTime

ID = sa.String(64)
SLUG = sa.String(64)
WORD = sa.String(64)


def store_column() -> sa.Column[str]:
    """The tenant to which the row belongs."""
    return sa.Column("store", SLUG, nullable=False)


def work_columns() -> tuple[sa.Column[object], ...]:
    """When the provider is asked next, how often that was in vain, and who may store the answer."""
    return (
        sa.Column("next_at", UtcDateTime),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease", sa.Integer, nullable=False),
        sa.Column("leased_until", UtcDateTime),
    )


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over the rows that meet the condition, on both engines."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)
