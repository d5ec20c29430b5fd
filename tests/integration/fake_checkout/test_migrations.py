import json

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext

from fake_checkout.bootstrap import MIGRATIONS
from fake_checkout.infrastructure.models import metadata
from fake_checkout.infrastructure.repositories.books_query import BooksQuery
from servicekit.database.database import Database
from servicekit.database.migrations import is_current, upgrade
from tests.builders.fake_checkout import NOON

OLD_PAYMENT = sa.text(
    "INSERT INTO payments (id, collector_id, amount, payer, payer_id, metadata, particulars, created_at,"
    " expires_at, status, status_detail, updated_at, approved_at, version)"
    " VALUES (110, 5, 990, :payer, '7', '{}', '{}', :noon, :noon, 'approved', 'accredited', :noon, :noon, 1)"
)
OLD_REFUND = sa.text(
    "INSERT INTO refunds (id, payment_id, amount, created_at, status) VALUES (1, 110, 10, :noon, 'approved')"
)


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    yield database
    database.dispose()


def move(database, verb, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with database.transaction() as transaction:
        config.attributes["connection"] = transaction.connection
        verb(config, revision)
        transaction.commit()


def test_the_migrations_make_the_tables_of_the_models_and_can_be_undone(database):
    upgrade(database, MIGRATIONS)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []

    move(database, command.downgrade, "base")
    with database.read() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}

    upgrade(database, MIGRATIONS)
    assert is_current(database, MIGRATIONS)


def test_what_was_paid_before_there_were_cards_was_paid_by_pix(database):
    move(database, command.upgrade, "0001")
    with database.transaction() as transaction:
        noon = NOON.replace(tzinfo=None) if database.dialect == "sqlite" else NOON
        old = {"payer": json.dumps({"id": "7", "email": "a@b.co"}), "noon": noon}
        transaction.connection.execute(OLD_PAYMENT, old)
        transaction.connection.execute(OLD_REFUND, {"noon": noon})
        transaction.commit()

    upgrade(database, MIGRATIONS)

    payment = BooksQuery(database).payment(110)
    terms, (refund,) = payment.terms, payment.refunds
    assert (terms.method, terms.card, terms.installments, terms.captures_later) == ("pix", None, 1, False)
    assert (payment.refunded, refund.source, payment.standing.authorized_at) == (10, "collector", None)
