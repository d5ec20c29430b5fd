"""Databases that begin alike: prepared once in a process, and copied from then on.

Migrations take longer than most of what is tested after them. They have tests of their own, which run them.
"""

import shutil
import sqlite3
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from servicekit.database.database import Database

_folder = TemporaryDirectory(prefix="comanda-tests-")
_copies: dict[Hashable, Path] = {}


def prepared(database: Database, likeness: Hashable, prepare: Callable[[], None]) -> None:
    """Do to the empty database what `prepare` does to it, which is the same for the same likeness.

    PostgreSQL is prepared each time: there a copy costs as much.
    """
    path = Path(database.engine.url.database or "")
    if database.dialect != "sqlite" or path.exists():
        prepare()
    elif likeness in _copies:
        shutil.copyfile(_copies[likeness], path)
    else:
        prepare()
        copy = Path(_folder.name) / f"{len(_copies)}.sqlite3"
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        _copies[likeness] = copy
