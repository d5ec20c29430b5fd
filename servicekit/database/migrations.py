"""Alembic, driven from code: a service brings its folder of migrations, this runs them.

The folder's env.py calls run_env(metadata); nothing is read from an ini file, and no logger is silenced.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from servicekit.database.database import Database


def upgrade(database: Database, script_location: Path) -> None:
    """Bring the database to the newest revision, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.transaction() as transaction:
        config.attributes["connection"] = transaction.connection
        command.upgrade(config, "head")
        transaction.commit()


def is_current(database: Database, script_location: Path) -> bool:
    """Whether the database is at the newest revision, or at one that only later code knows.

    While an update rolls out, processes of the version before go on: they are to stay ready.
    """
    script = ScriptDirectory(str(script_location))
    with database.read() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    earlier = {one.revision for one in script.walk_revisions()} - {script.get_current_head()}
    return revision is not None and revision not in earlier


def run_env(metadata: sa.MetaData) -> None:
    """What a folder's env.py does: run on the connection that upgrade() has handed over."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    context.run_migrations()
