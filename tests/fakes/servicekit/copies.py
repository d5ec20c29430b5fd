"""Databases that begin alike: prepared once in a process, and copied from then on.

Migrations take longer than most of what is tested after them. They have tests of their own, which run them.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import sqlalchemy as sa
from psycopg import sql

from servicekit.database.database import Database

_folder = TemporaryDirectory(prefix="comanda-tests-")
_copies: dict[Hashable, str] = {}
"""By engine and likeness: a file of SQLite, or the name of a database that lives as long as its server."""


def prepared(database: Database, likeness: Hashable, prepare: Callable[[], None]) -> None:
    """Do what `prepare` does to the database: which, to an empty one of this likeness, is always the same."""
    if not _is_empty(database):
        prepare()
        return
    copy = _copy_file if database.dialect == "sqlite" else _copy_database
    kept = _copies.get((database.dialect, likeness))
    name = str(database.engine.url.database)
    if kept is not None:
        copy(database, kept, name)
    else:
        prepare()
        kept = f"copy_{os.getpid()}_{len(_copies)}"
        copy(database, name, kept)
        _copies[database.dialect, likeness] = kept


def _is_empty(database: Database) -> bool:
    with database.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
    database.dispose()  # a file or a database is not to be in use while it is copied
    return not tables


def _copy_file(_database: Database, source: str, target: str) -> None:
    folder = Path(_folder.name)  # whose name is left as it is where the other one is absolute
    if Path(source).is_absolute():
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(folder / target)) as other:
            one.backup(other)
    else:
        shutil.copyfile(folder / source, target)


def _copy_database(database: Database, source: str, target: str) -> None:
    database.dispose()
    url = database.engine.url.set(drivername="postgresql", database="postgres")
    names = {"source": sql.Identifier(source), "target": sql.Identifier(target)}
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        for statement in ("DROP DATABASE IF EXISTS {target}", "CREATE DATABASE {target} TEMPLATE {source}"):
            connection.execute(sql.SQL(statement).format(**names))
