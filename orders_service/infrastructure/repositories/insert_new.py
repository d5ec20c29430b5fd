"""Inserting what is not there yet, in the words of each engine."""

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: sa.Table, values: dict[str, object]) -> bool:
    """Insert the row unless a unique index has one like it. Whether it was inserted; no error either way."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table).values(values).on_conflict_do_nothing()
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount == 1
