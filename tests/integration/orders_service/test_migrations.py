import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from orders_service.infrastructure.database import MIGRATIONS
from orders_service.infrastructure.models import metadata
from servicekit.database.database import Database
from servicekit.database.migrations import is_current, upgrade

PLUMBING = {"stores", "outbox", "inbox", "idempotency_keys"}


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    upgrade(database, MIGRATIONS)
    yield database
    database.dispose()


def index_columns(connection):
    inspector = sa.inspect(connection)
    return {
        (table, index["name"]): tuple(index["column_names"])
        for table in inspector.get_table_names()
        for index in inspector.get_indexes(table)
    }


def test_the_migrations_make_the_tables_of_the_models(database):
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert is_current(database, MIGRATIONS)


def test_the_migrations_make_the_indexes_of_the_models(database):
    expected = {
        (table.name, index.name): tuple(column.name for column in index.columns)
        for table in metadata.tables.values()
        for index in table.indexes
    }
    with database.read() as connection:
        assert index_columns(connection) == expected


def test_the_partial_indexes_have_the_conditions_of_the_models(database):
    dialect = database.dialect
    partial = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }
    table, column = ("sqlite_master", "sql") if dialect == "sqlite" else ("pg_indexes", "indexdef")
    name = "name" if dialect == "sqlite" else "indexname"
    query = sa.text(f"SELECT {name} FROM {table} WHERE {column} LIKE '%INDEX%WHERE%'")  # noqa: S608
    with database.read() as connection:
        assert set(connection.scalars(query)) == partial


def test_migrating_again_changes_nothing(database):
    upgrade(database, MIGRATIONS)
    assert is_current(database, MIGRATIONS)


def test_the_migrations_can_be_undone(database):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.transaction() as transaction:
        config.attributes["connection"] = transaction.connection
        command.downgrade(config, "base")
        transaction.commit()
    with database.read() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}


def test_every_table_names_the_store(database):
    with database.read() as connection:
        inspector = sa.inspect(connection)
        for table in set(metadata.tables) - PLUMBING:
            columns = {column["name"]: column for column in inspector.get_columns(table)}
            assert not columns["store"]["nullable"], table


@pytest.mark.parametrize(
    "wrong",
    [
        "INSERT INTO stock VALUES ('p', 'default', 1, 2, NULL)",
        "INSERT INTO stock VALUES ('p', 'default', 1, -1, NULL)",
        "INSERT INTO stock VALUES ('nothing', 'default', 1, 1, NULL)",
    ],
)
def test_the_database_itself_refuses_impossible_stock(database, wrong):
    with database.transaction() as transaction:
        run = transaction.connection.exec_driver_sql
        run(
            "INSERT INTO stores (slug, name, time_zone, categories) "
            "VALUES ('default', 'Comanda', 'America/Sao_Paulo', '[]')"
        )
        run(
            "INSERT INTO products "
            "(id, store, name, description, category, price, counted, active, image, searchable) VALUES "
            "('p', 'default', 'Suco', '', 'bebida', 100, true, true, NULL, 'suco')"
        )
        with pytest.raises(IntegrityError):
            run(wrong)
