"""Migrations since the last release add, what they take away is declared, and released ones stay."""

import ast
import contextlib
from pathlib import Path

import pytest
import sqlalchemy as sa

import orders_service.infrastructure.database
import payment_service.infrastructure.database
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from tests.conftest import fresh_database
from tests.releases import texts, unpack, versions
from tests.releases.schema_rule import breaches, shape_of

LAST = versions()[-1]
MIGRATIONS = {
    "orders_service": orders_service.infrastructure.database.MIGRATIONS,
    "payment_service": payment_service.infrastructure.database.MIGRATIONS,
}


@pytest.fixture(params=MIGRATIONS)
def package(request):
    return request.param


@contextlib.contextmanager
def migrated(server, script_location):
    with fresh_database(server) as url:
        database = Database(url)
        upgrade(database, script_location)
        yield database
        database.dispose()


def shape_after(server, script_location):
    with migrated(server, script_location) as database, database.read() as connection:
        return shape_of(connection)


def declared(source):
    """What a migration says that it takes away: `contracts = ("orders.note is gone",)`."""
    return {
        breach
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["contracts"]
        for breach in ast.literal_eval(node.value)
    }


def test_a_released_migration_stays_as_it_is(package):
    now = {path.name: path.read_text(encoding="utf-8") for path in MIGRATIONS[package].glob("versions/*.py")}
    released = texts(LAST, f"{package}/infrastructure/migrations/versions")
    assert released
    assert {name: now.get(name) for name in released} == released


def test_what_migrations_take_away_from_the_last_release_is_what_they_declare(
    package, postgresql_server, tmp_path
):
    released = unpack(LAST, tmp_path) / package / "infrastructure" / "migrations"
    before = shape_after(postgresql_server, released)
    after = shape_after(postgresql_server, MIGRATIONS[package])
    known = {path.name for path in released.glob("versions/*.py")}
    new = [path for path in MIGRATIONS[package].glob("versions/*.py") if path.name not in known]
    assert breaches(before, after) == {one for path in new for one in declared(path.read_text("utf-8"))}


def test_a_migration_declares_what_it_takes_away_in_so_many_words():
    assert declared('contracts = ("orders.note is gone",)\n') == {"orders.note is gone"}
    assert declared('revision = "0018"\n') == set()


CHANGES = {
    "ALTER TABLE carts ADD COLUMN note text": set(),
    "ALTER TABLE carts ADD COLUMN note text NOT NULL DEFAULT ''": set(),
    "ALTER TABLE carts ADD COLUMN note text CHECK (note <> '')": set(),
    "ALTER TABLE carts ADD COLUMN product_id varchar(36) REFERENCES products (id)": set(),
    "ALTER TABLE carts ALTER COLUMN version DROP NOT NULL": set(),
    "CREATE TABLE notes (id integer PRIMARY KEY)": set(),
    "CREATE INDEX ix_carts_version ON carts (version)": set(),
    "DROP TABLE carts": {"carts is gone"},
    "ALTER TABLE carts DROP COLUMN version": {"carts.version is gone"},
    "ALTER TABLE carts RENAME COLUMN version TO edition": {
        "carts.version is gone",
        "carts.edition is new and may not be left out",
    },
    "ALTER TABLE carts ADD COLUMN note text NOT NULL": {"carts.note is new and may not be left out"},
    "ALTER TABLE carts ALTER COLUMN version TYPE bigint": {"carts.version is BIGINT and was INTEGER"},
    "ALTER TABLE orders ALTER COLUMN cart_id SET NOT NULL": {"orders.cart_id may not be left out any more"},
    "ALTER TABLE order_lines ALTER COLUMN unit_discount DROP DEFAULT": {
        "order_lines.unit_discount is not filled in any more"
    },
    "ALTER TABLE carts ADD CHECK (version < 9)": {"carts refuses more: check version < 9"},
    "CREATE UNIQUE INDEX ux_carts ON carts (version)": {"carts refuses more: unique version"},
    "ALTER TABLE images ADD FOREIGN KEY (hash) REFERENCES products (id)": {
        "images refuses more: hash refers to products"
    },
}


def test_a_change_is_known_for_what_it_takes_away(postgresql_server):
    with migrated(postgresql_server, MIGRATIONS["orders_service"]) as database:
        with database.read() as connection:
            before = shape_of(connection)
        found = {}
        for change in CHANGES:
            with database.transaction() as transaction:
                transaction.connection.execute(sa.text(change))
                found[change] = breaches(before, shape_of(transaction.connection))
    assert found == CHANGES


def test_every_release_that_is_kept_is_told_of_in_the_changelog():
    changelog = (Path(__file__).parents[3] / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [version for version in versions() if f"## [{version}]" not in changelog] == []
