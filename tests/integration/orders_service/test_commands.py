import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from orders_service.bootstrap import build
from orders_service.entrypoints import commands as door
from orders_service.entrypoints.commands import commands
from orders_service.usecases.browse_clients_usecase import ListClients
from servicekit.commands import TRY_AGAIN
from servicekit.settings import SettingsError
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY, SEALING_KEY, composed, some_settings
from tests.fakes.orders_service.images import FakeArtist
from tests.fakes.orders_service.secrets import FakePasswords

PASSWORD = "uma frase bem longa"


@pytest.fixture
def container(sqlite_url):
    settings = some_settings(sqlite_url, demo_data=False)
    container = build(settings, passwords=FakePasswords(), artist=FakeArtist())
    yield container
    container.database.dispose()


@pytest.fixture
def run(container):
    def run(*arguments, **options):
        return CliRunner().invoke(commands(container, "default"), arguments, **options)

    return run


def test_the_database_is_brought_up_to_date(run, container):
    result = run("migrate")
    assert (result.exit_code, result.output) == (0, "The database is up to date.\n")
    assert run("migrate").exit_code == 0
    container.health_checks["orders-migrations"]()


def test_the_demonstration_is_loaded_once(run):
    run("migrate")
    assert run("load-demo").output == "The demonstration is loaded.\n"
    assert run("load-demo").output == "The store has a menu: nothing was changed.\n"


def test_where_the_settings_ask_for_it_the_demonstration_comes_with_the_tables(sqlite_url):
    container = composed(sqlite_url, demo_data=True)
    for command, said in (
        ("migrate", "The database is up to date.\n"),
        ("load-demo", "The store has a menu: nothing was changed.\n"),
    ):
        assert CliRunner().invoke(commands(container, "default"), [command]).output == said
    container.database.dispose()


def test_production_has_no_demonstration(sqlite_url):
    settings = {
        "environment": "production",
        "cpf_digest_key": "k" * 32,
        "demo_data": False,
        "personal_data_keys": (SEALING_KEY,),
    }
    container = composed(sqlite_url, **settings)
    result = CliRunner().invoke(commands(container, "default"), ["load-demo"])
    assert result.exit_code == 1
    assert "Production has no guest accounts" in result.output
    container.database.dispose()


def test_the_first_admin_is_added_by_command(run):
    run("migrate")
    result = run("add-staff", "ada", "--role", "admin", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0
    assert result.output.endswith("ada may sign in as admin of default.\n")
    assert PASSWORD not in result.output


def test_a_password_may_come_from_the_environment(run):
    run("migrate")
    result = run("add-staff", "ada", "--role", "admin", env={"STAFF_PASSWORD": PASSWORD})
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("add-staff", "ada", "--role", "admin", "--password", "short"), 1, "A password has at least"),
        (("add-staff", "ada", "--role", "cook", "--password", PASSWORD), 2, "'cook' is not one of"),
        (("add-staff",), 2, "Missing"),
        (("parked", "show", "nothing"), 1, "has an id that begins with nothing"),
        (("nonsense",), 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(run, arguments, status, says):
    run("migrate")
    result = run(*arguments)
    assert result.exit_code == status
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_name_that_is_taken_is_refused(run):
    run("migrate")
    arguments = ("add-staff", "ada", "--role", "admin", "--password", PASSWORD)
    assert run(*arguments).exit_code == 0
    result = run(*arguments)
    assert result.exit_code == 1
    assert "ada already" in result.output


def test_all_is_sealed_again_with_the_first_key_and_then_the_other_can_go(sqlite_url):
    newest = Fernet.generate_key().decode()
    old = composed(sqlite_url, personal_data_keys=(SEALING_KEY,))
    old.database.dispose()
    both = composed(sqlite_url, personal_data_keys=(newest, SEALING_KEY))
    result = CliRunner().invoke(commands(both, "default"), ["reseal"])
    assert (result.exit_code, result.output) == (0, "1 clients are sealed with the first key.\n")
    both.database.dispose()
    new = composed(sqlite_url, personal_data_keys=(newest,))
    (ana,) = new.usecases.list_clients.execute(ListClients("default", None, 10)).items
    assert str(ana.cpf) == "***.982.247-**"
    new.database.dispose()


def test_whom_no_key_fits_is_named_and_no_key_may_go(sqlite_url):
    composed(sqlite_url, personal_data_keys=(SEALING_KEY,)).database.dispose()
    another = composed(sqlite_url, personal_data_keys=(Fernet.generate_key().decode(),))
    result = CliRunner().invoke(commands(another, "default"), ["reseal"])
    (ana,) = another.usecases.list_clients.execute(ListClients("default", None, 10)).items
    assert ana.cpf is None
    assert result.exit_code == 1
    assert f"No key fits client {ana.client.id}." in result.output
    assert "1 clients cannot be read: no other key may go." in result.output
    another.database.dispose()


def test_nothing_is_parked_at_first(run):
    run("migrate")
    assert run("parked", "list").output == "0 parked\n"


def test_nothing_was_published_at_first(run):
    run("migrate")
    assert run("resend", "--minutes", "5").output == "0 events are due to be published again.\n"


def test_a_database_that_cannot_be_had_asks_to_try_again():
    container = build(some_settings("postgresql://nobody@127.0.0.1:1/nothing"), passwords=FakePasswords())
    result = CliRunner().invoke(commands(container, "default"), ["migrate"])
    assert result.exit_code == TRY_AGAIN


def test_settings_that_are_wrong_are_named():
    def refuse(_environ):
        raise SettingsError("DATABASE_URL is required")

    with pytest.raises(SystemExit) as caught:
        door.main({}, refuse, "default")
    assert caught.value.code == "Error: DATABASE_URL is required"


def test_the_program_is_composed_when_it_is_run(sqlite_url):
    environ = {
        **os.environ,
        "DATABASE_URL": sqlite_url,
        "JWT_PRIVATE_KEY": PRIVATE_KEY,
        "JWT_PUBLIC_KEY": PUBLIC_KEY,
    }
    command = [sys.executable, "-m", "orders_service", "migrate"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout) == (0, "The database is up to date.\n"), result.stderr
