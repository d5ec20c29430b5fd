"""What may change in a database while processes of two releases use it.

Additions are harmless, as long as whoever does not know of them can still write. Whatever else is found has
to be declared by the migration that does it, as the contracting half of a change whose other half was
released: `contracts = ("orders.note is gone",)`. That the release does without it, its own code shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection


@dataclass(frozen=True)
class Column:
    """A column as a writer meets it."""

    type: str
    nullable: bool
    filled_in: bool


@dataclass(frozen=True)
class Table:
    """A table, and what it refuses: each rule with the columns that it is about."""

    columns: Mapping[str, Column]
    refuses: Mapping[str, frozenset[str]]


Shape = Mapping[str, Table]


def shape_of(connection: Connection) -> Shape:
    """All tables of a database."""
    inspector = sa.inspect(connection)
    columns = _by_table(inspector.get_multi_columns())
    unique, indexes = inspector.get_multi_unique_constraints(), inspector.get_multi_indexes()
    keys, checks = inspector.get_multi_foreign_keys(), inspector.get_multi_check_constraints()
    refusals = [_by_table(found) for found in (unique, indexes, keys, checks)]
    return {
        name: _table(described, [rule for found in refusals for rule in found.get(name, [])])
        for name, described in columns.items()
    }


def breaches(before: Shape, after: Shape) -> set[str]:
    """What keeps a program from working that was made for the shape before."""
    gone = {f"{table} is gone" for table in before.keys() - after.keys()}
    kept = before.keys() & after.keys()
    return gone | {breach for table in kept for breach in _of_table(table, before[table], after[table])}


def _by_table(found: Mapping[Any, Any]) -> dict[str, list[Any]]:
    return {name: list(described) for (_schema, name), described in found.items()}


def _table(described: list[Any], rules: list[Any]) -> Table:
    columns = {
        column["name"]: Column(
            str(column["type"]),
            column["nullable"],
            column["default"] is not None or "computed" in column or "identity" in column,
        )
        for column in described
    }
    refuses = dict(filter(None, map(_refusal, rules)))
    return Table(columns, {rule: frozenset(about) & columns.keys() for rule, about in refuses.items()})


def _refusal(rule: Any) -> tuple[str, list[str]] | None:
    """What a rule is called here, and the columns that it is about; None where it refuses nothing."""
    if "referred_table" in rule:
        columns = rule["constrained_columns"]
        return f"{', '.join(columns)} refers to {rule['referred_table']}", columns
    if "sqltext" in rule:
        return f"check {rule['sqltext']}", re.findall(r"\w+", rule["sqltext"])
    if rule.get("unique", True):
        return f"unique {', '.join(map(str, rule['column_names']))}", rule["column_names"]
    return None


def _of_table(name: str, before: Table, after: Table) -> Iterator[str]:
    for column, old in before.columns.items():
        if column not in after.columns:
            yield f"{name}.{column} is gone"
            continue
        new = after.columns[column]
        if new.type != old.type:
            yield f"{name}.{column} is {new.type} and was {old.type}"
        if old.nullable and not new.nullable:
            yield f"{name}.{column} may not be left out any more"
        if old.filled_in and not new.filled_in and not new.nullable:
            yield f"{name}.{column} is not filled in any more"
    for column in after.columns.keys() - before.columns.keys():
        new = after.columns[column]
        if not new.nullable and not new.filled_in:
            yield f"{name}.{column} is new and may not be left out"
    for rule in after.refuses.keys() - before.refuses.keys():
        if after.refuses[rule] & before.columns.keys():
            yield f"{name} refuses more: {rule}"
