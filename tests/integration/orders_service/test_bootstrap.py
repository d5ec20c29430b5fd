import importlib
import sys

import pytest
import sqlalchemy as sa

from orders_service.bootstrap import build, from_environment
from orders_service.domain.staff import OPERATOR, Role
from orders_service.entrypoints.demo.people import demo_of
from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure.models import metadata
from orders_service.usecases.add_staff_usecase import AddStaff
from servicekit.http.auth import BadKey
from servicekit.http.health import run_checks
from servicekit.settings import SettingsError
from tests.builders.orders_service import ANA, STORE
from tests.fakes.orders_service.composed import (
    PRIVATE_KEY,
    PUBLIC_KEY,
    SEALING_KEY,
    a_key_pair,
    composed,
    some_settings,
)
from tests.fakes.orders_service.secrets import FakePasswords

PRODUCTION = {
    "environment": "production",
    "cpf_digest_key": "k" * 32,
    "demo_data": False,
    "personal_data_keys": (SEALING_KEY,),
}


@pytest.fixture
def environ(sqlite_url):
    return {"DATABASE_URL": sqlite_url, "JWT_PRIVATE_KEY": PRIVATE_KEY, "JWT_PUBLIC_KEY": PUBLIC_KEY}


def rows_of(database):
    with database.read() as connection:
        return {table.name: connection.execute(sa.select(table)).all() for table in metadata.tables.values()}


def test_building_opens_nothing(tmp_path):
    build(some_settings(f"sqlite:///{tmp_path / 'nothing.sqlite3'}"))
    assert list(tmp_path.iterdir()) == []


def test_preparing_twice_is_preparing_once(database_url):
    container = composed(database_url)
    before = rows_of(container.database)
    container.prepare()
    assert rows_of(container.database) == before
    container.database.dispose()


def test_without_demo_data_there_is_an_empty_store(sqlite_url):
    container = composed(sqlite_url, demo_data=False)
    rows = rows_of(container.database)
    assert [row.slug for row in rows["stores"]] == ["default"]
    assert rows["products"] == rows["staff"] == rows["clients"] == []
    container.database.dispose()


def test_the_cpf_of_a_client_is_nowhere_to_be_read(sqlite_url):
    container = composed(sqlite_url)
    everything = repr(rows_of(container.database))
    assert "Ana" in everything
    assert ANA not in everything
    assert "52998224725" not in everything
    container.database.dispose()


def test_what_is_on_hand_is_the_sum_of_the_movements(sqlite_url):
    container = composed(sqlite_url)
    rows = rows_of(container.database)
    for shelf in rows["stock"]:
        moved = [one.delta for one in rows["stock_movements"] if one.product_id == shelf.product_id]
        assert shelf.on_hand == sum(moved)
    container.database.dispose()


def test_production_refuses_guests_who_came_before_it(sqlite_url):
    composed(sqlite_url).database.dispose()
    container = build(some_settings(sqlite_url, **PRODUCTION), passwords=FakePasswords())
    with pytest.raises(SettingsError, match="cozinha, gerente, admin"):
        container.refuse_guests()
    container.database.dispose()


def test_production_takes_staff_with_passwords_of_their_own(sqlite_url):
    container = composed(sqlite_url, **PRODUCTION)
    container.usecases.add_staff.execute(
        AddStaff(STORE, "admin", Role.ADMIN, "uma frase bem longa", OPERATOR)
    )
    container.refuse_guests()
    assert not container.allows_guests
    container.database.dispose()


def test_development_takes_guests(sqlite_url):
    container = composed(sqlite_url)
    container.refuse_guests()
    container.database.dispose()


def test_keys_of_two_pairs_do_not_start(sqlite_url):
    with pytest.raises(SettingsError, match="does not belong"):
        build(some_settings(sqlite_url, jwt_public_key=a_key_pair()[1]))


@pytest.mark.parametrize("key", ["jwt_private_key", "jwt_public_key"])
def test_a_text_that_is_no_key_does_not_start(sqlite_url, key):
    with pytest.raises(BadKey):
        build(some_settings(sqlite_url, **{key: "no key"}))


def test_the_loops_do_what_is_due_and_count_it(sqlite_url):
    container = composed(sqlite_url)
    assert {loop.name: loop.step() for loop in container.loops} == {
        "orders-inbox": 0,
        "orders-expire": 0,
        "orders-give-up": 0,
        "orders-nudge": 0,
        "orders-erasures": 0,
        "orders-purge": 0,
    }
    container.database.dispose()


def test_health_tells_a_database_without_its_tables(sqlite_url):
    container = build(some_settings(sqlite_url), passwords=FakePasswords())
    assert run_checks(container.health_checks) == {"orders-database": "ok", "orders-migrations": "failed"}
    container.migrate()
    assert run_checks(container.health_checks) == {"orders-database": "ok", "orders-migrations": "ok"}
    container.database.dispose()


def test_a_database_that_cannot_be_had_is_unavailable():
    container = build(some_settings("postgresql://nobody@127.0.0.1:1/nothing"), passwords=FakePasswords())
    answer = create_app(container).test_client().get("/products")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert "Retry-After" in answer.headers


def test_rate_limits_are_counted_where_the_settings_say(sqlite_url):
    assert build(some_settings(sqlite_url)).rate_limit_storage == "memory://"
    assert build(some_settings(sqlite_url, redis_url="redis://x")).rate_limit_storage == "redis://x"


def test_failures_are_counted_in_redis_for_all_processes(sqlite_url, redis_url):
    container = composed(sqlite_url, redis_url=redis_url)
    apps = [create_app(container).test_client() for _ in range(2)]
    wrong = {"username": "gerente", "password": "wrong"}
    codes = [apps[number % 2].post("/auth/token", json=wrong).status_code for number in range(11)]
    assert codes == [401] * 10 + [429]
    container.database.dispose()


def test_without_its_redis_failures_are_counted_in_the_process(sqlite_url):
    container = composed(sqlite_url, redis_url="redis://127.0.0.1:1/0")
    http = create_app(container).test_client()
    wrong = {"username": "gerente", "password": "wrong"}
    codes = [http.post("/auth/token", json=wrong).status_code for _ in range(11)]
    assert codes == [401] * 10 + [429]
    container.database.dispose()


def test_the_environment_makes_a_container(environ):
    assert from_environment(environ).settings.database_url == environ["DATABASE_URL"]


def test_the_web_process_starts_from_the_environment(environ, monkeypatch):
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    from_environment(environ).migrate()
    sys.modules.pop("orders_service.wsgi", None)
    wsgi = importlib.import_module("orders_service.wsgi")
    assert wsgi.application.test_client().get("/health/ready").status_code == 200
    wsgi.container.database.dispose()


def test_another_stores_demonstration_is_its_own(sqlite_url):
    container = composed(sqlite_url)
    assert not container.usecases.load_demo.execute(demo_of(STORE))
    container.database.dispose()
