import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from payment_service.domain.charge import Charge
from payment_service.infrastructure.database import MIGRATIONS
from payment_service.infrastructure.models import metadata
from payment_service.infrastructure.models.charge_model import charges, payments, refunds
from payment_service.infrastructure.repositories.charge_rows import (
    charge_values,
    payment_values,
    refund_values,
)
from servicekit.database.database import Database
from servicekit.database.migrations import is_current, upgrade
from tests.builders.payment_service import NOW, ORDER, a_payment, a_refund, terms

PLUMBING = {"outbox", "inbox", "idempotency_keys"}


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
        if not index.get("duplicates_constraint")
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


def test_the_migrations_can_be_undone_and_done_again(database):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.transaction() as transaction:
        config.attributes["connection"] = transaction.connection
        command.downgrade(config, "base")
        transaction.commit()
    with database.read() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
    upgrade(database, MIGRATIONS)
    assert is_current(database, MIGRATIONS)


def test_every_table_names_the_store(database):
    with database.read() as connection:
        inspector = sa.inspect(connection)
        for table in set(metadata.tables) - PLUMBING:
            columns = {column["name"]: column for column in inspector.get_columns(table)}
            assert not columns["store"]["nullable"], table


def a_charge_row(**changes):
    return charge_values(Charge.opened(terms(), NOW).record) | {"version": 1} | changes


def a_payment_row(payment_id, number, **changes):
    return payment_values(terms(), a_payment(id=payment_id, number=number, **changes))


def a_refund_row(refund_id, position, **changes):
    return refund_values(terms(), "p1", position, a_refund(id=refund_id, **changes))


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (charges, [a_charge_row()]),
        (charges, [a_charge_row(order_id="other", total=0)]),
        (payments, [a_payment_row("p2", 2)]),
        (payments, [a_payment_row("p2", 1, status="REJECTED")]),
        (payments, [a_payment_row("p2", 2, status="REJECTED", provider_id="mp-1")]),
        (payments, [a_payment_row("p2", 2, status="REJECTED", amount=0)]),
        (
            payments,
            [
                a_payment_row("p2", 2, status="APPROVED", kept=True),
                a_payment_row("p3", 3, status="APPROVED", kept=True),
            ],
        ),
        (refunds, [a_refund_row("r1", 0), a_refund_row("r1", 1)]),
        (refunds, [a_refund_row("r1", 0), a_refund_row("r2", 0)]),
        (refunds, [a_refund_row("r1", 0, provider_id="r-1"), a_refund_row("r2", 1, provider_id="r-1")]),
        (refunds, [a_refund_row("r1", 0, amount=0)]),
    ],
)
def test_the_database_itself_refuses_what_must_never_be(database, table, rows):
    with database.transaction() as transaction:
        transaction.connection.execute(sa.insert(charges).values(a_charge_row()))
        first = a_payment_row("p1", 1, provider_id="mp-1")
        transaction.connection.execute(sa.insert(payments).values(first))
        with pytest.raises(IntegrityError):
            transaction.connection.execute(sa.insert(table), rows)
    assert a_charge_row()["order_id"] == ORDER
