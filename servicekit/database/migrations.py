"""Alembic, driven from code: a service brings its folder of migrations, this runs them.

The folder's env.py calls run_env(metadata); nothing is read from an ini file, and no logger is silenced.
"""

import time
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from servicekit.database.database import Database, Transaction

ONE_AT_A_TIME = 0x6D696772617465  # "migrate"; whoever else locks by number in this database takes another
LOOK_EVERY_SECONDS = 0.1
TURN_SECONDS = 60
"""Longer than a migration takes, which waits five seconds for a lock and has fifteen for a statement."""


class AnotherMigrates(OSError):
    """Somebody else has been migrating this database for long; try again later."""


def upgrade(database: Database, script_location: Path) -> None:
    """Bring the database to the newest revision, in one transaction.

    Whoever comes meanwhile waits for its end. Raises AnotherMigrates where that takes too long.
    """
    config = Config()
    config.set_main_option("script_location", str(script_location).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.transaction() as transaction:
        _take_the_turn(transaction)
        config.attributes["connection"] = transaction.connection
        command.upgrade(config, "head")
        transaction.commit()


def _take_the_turn(transaction: Transaction) -> None:
    """Until the transaction ends. A writer of SQLite has it by writing."""
    if transaction.connection.dialect.name != "postgresql":
        return
    give_up = time.monotonic() + TURN_SECONDS
    while not transaction.connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
        if time.monotonic() > give_up:
            raise AnotherMigrates("another process has been migrating the database for a minute")
        time.sleep(LOOK_EVERY_SECONDS)


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
