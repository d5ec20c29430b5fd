import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from servicekit.database import postgresql
from servicekit.database.database import Database
from servicekit.database.migrations import is_current, upgrade

ENV = """
import sqlalchemy as sa
from servicekit.database.migrations import run_env
run_env(sa.MetaData())
"""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision = {revision!r}
down_revision = {down!r}
def upgrade():
    {upgrade}
"""


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "100%" / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    add(folder, "0001", None, 'op.create_table("first", sa.Column("id", sa.Integer, primary_key=True))')
    return folder


def add(folder, revision, down, upgrade):
    text = REVISION.format(revision=revision, down=down, upgrade=upgrade)
    (folder / "versions" / f"{revision}.py").write_text(text)


def tables(database):
    with database.read() as connection:
        return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def test_an_empty_database_is_not_current(database, folder):
    assert not is_current(database, folder)


def test_upgrading_makes_the_tables_and_the_database_current(database, folder):
    upgrade(database, folder)

    assert tables(database) == {"first"}
    assert is_current(database, folder)


def test_upgrading_again_changes_nothing(database, folder):
    upgrade(database, folder)
    upgrade(database, folder)

    assert tables(database) == {"first"}
    assert is_current(database, folder)


def test_a_newer_revision_makes_the_database_old(database, folder):
    upgrade(database, folder)
    add(folder, "0002", "0001", 'op.create_table("second", sa.Column("id", sa.Integer, primary_key=True))')

    assert not is_current(database, folder)
    upgrade(database, folder)

    assert tables(database) == {"first", "second"}
    assert is_current(database, folder)


def test_a_database_that_later_code_has_upgraded_is_current_for_the_code_that_still_runs(database, folder):
    add(folder, "0002", "0001", 'op.create_table("second", sa.Column("id", sa.Integer, primary_key=True))')
    upgrade(database, folder)

    (folder / "versions" / "0002.py").unlink()

    assert is_current(database, folder)


def test_an_upgrade_that_fails_leaves_nothing_behind(database, folder):
    add(folder, "0002", "0001", 'op.execute("CREATE TABLE half (id INTEGER)"); raise KeyError("bug")')

    with pytest.raises(KeyError):
        upgrade(database, folder)

    assert tables(database) == set()
    assert not is_current(database, folder)


def test_an_upgrade_that_cannot_have_its_lock_gives_up_rather_than_hold_up_everybody(
    postgres_url, folder, monkeypatch
):
    monkeypatch.setattr(postgresql, "MAX_WAIT_SECONDS", 2)
    database = Database(postgres_url)
    upgrade(database, folder)
    add(folder, "0002", "0001", 'op.add_column("first", sa.Column("more", sa.Integer))')

    with database.read() as reader:
        reader.execute(sa.text("SELECT * FROM first"))
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrade(database, folder)
    assert not is_current(database, folder)

    upgrade(database, folder)
    assert is_current(database, folder)
    database.dispose()
