"""The commands that both services have, over databases of theirs."""

import threading

import pytest
from click.testing import CliRunner

from orders_service.bootstrap import build as orders_service
from payment_service.bootstrap import build as payment_service
from servicekit.commands import TRY_AGAIN, await_schema_command
from tests.fakes.orders_service.composed import some_settings as orders_settings
from tests.fakes.payment_service.composed import some_settings as payment_settings

SERVICES = {"orders": (orders_service, orders_settings), "payments": (payment_service, payment_settings)}


@pytest.fixture(params=SERVICES)
def container(request, sqlite_url):
    build, settings = SERVICES[request.param]
    container = build(settings(sqlite_url))
    yield container
    container.database.dispose()


def test_who_waits_for_the_schema_goes_on_once_it_is_there(container):
    looked = threading.Event()

    def is_migrated():
        try:
            container.is_migrated()
        finally:
            looked.set()

    def migrate():
        looked.wait(10)
        container.migrate()

    migration = threading.Thread(target=migrate)
    migration.start()
    result = CliRunner().invoke(await_schema_command(is_migrated, 0.01))
    migration.join()
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "The schema is there.")


def test_who_waits_in_vain_for_the_schema_may_try_again(container):
    result = CliRunner().invoke(await_schema_command(container.is_migrated), ["--seconds", "0"])
    assert result.exit_code == TRY_AGAIN
    assert "an older schema, or does not answer" in result.output
