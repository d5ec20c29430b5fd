"""The servers that the integration tests rely on, and the fixtures that hand them out."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pika
import psycopg
import pytest
import redis

from tests.servers import private_server
from tests.servers.postgresql import PostgresqlServer
from tests.servers.private_server import PrivateServer, ServerDidNotStart
from tests.servers.rabbitmq import BrokerControl
from tests.servers.redis_server import RedisServer


class _SilentServer(PrivateServer):
    """A program that runs and never answers."""

    name = "Silence"
    script = "sleep 60"

    @classmethod
    def missing_programs(cls) -> list[str]:
        return []

    @property
    def address(self) -> str:
        return "silence://"

    def serve(self) -> None:
        self.spawn(["/bin/sh", "-c", self.script])

    def answers(self) -> bool:
        return False


class _BrokenServer(_SilentServer):
    """A program that complains and ends."""

    script = "echo no such option; exit 3"


def test_each_test_gets_an_empty_postgresql_database_of_its_own(postgres_url, second_postgres_url):
    with (
        closing(psycopg.connect(postgres_url)) as one,
        closing(psycopg.connect(second_postgres_url)) as other,
    ):
        one.execute("CREATE TABLE seen ()")
        one.commit()

        assert other.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_a_test_gets_an_empty_virtual_host_of_rabbitmq(broker_url):
    with closing(pika.BlockingConnection(pika.URLParameters(broker_url))) as connection:
        channel = connection.channel()
        queue = channel.queue_declare("orders", durable=True, arguments={"x-queue-type": "quorum"})

        assert queue.method.message_count == 0


@pytest.mark.parametrize("turn", [1, 2])
def test_redis_is_empty_at_the_start_of_each_test(redis_url, turn):
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.set("left by turn", turn)


def test_a_database_url_comes_once_for_each_engine(database_url):
    assert database_url.split(":")[0] in {"sqlite", "postgresql"}


def test_a_server_that_ends_at_once_says_what_it_printed_and_leaves_no_folder():
    server = _BrokenServer()

    with pytest.raises(ServerDidNotStart, match="no such option"):
        server.start()

    assert server.folder == Path()


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(private_server, "START_DEADLINE", 0.1)

    with pytest.raises(ServerDidNotStart, match="no answer within"):
        _SilentServer().start()


def test_a_stopped_server_leaves_neither_process_nor_folder():
    if RedisServer.missing_programs():
        pytest.skip("Redis is not installed")
    server = RedisServer()
    server.start()
    folder, address = server.folder, server.address

    server.stop()
    server.stop()

    assert not folder.exists()
    with redis.Redis.from_url(address) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_a_server_does_not_outlive_a_test_process_that_is_killed():
    if RedisServer.missing_programs():
        pytest.skip("Redis is not installed")
    script = (
        "import time\n"
        "from tests.servers.redis_server import RedisServer\n"
        "server = RedisServer()\n"
        "server.start()\n"
        "print(server.folder, server.address, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        folder, address = process.stdout.readline().split()
        assert Path(folder).exists()
        process.kill()

    deadline = time.monotonic() + 20
    while (Path(folder).exists() or _answers(address)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not Path(folder).exists()
    assert not _answers(address)


def _answers(address: str) -> bool:
    with redis.Redis.from_url(address) as client:
        try:
            client.ping()
        except redis.ConnectionError:
            return False
    return True


def test_without_the_programs_the_tests_are_skipped_and_on_ci_they_fail(tmp_path):
    """A PATH with nothing in it, and no server handed over, is a machine without Redis."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-cov"]
    chosen = f"{Path(__file__).relative_to(Path.cwd())}::test_redis_is_empty_at_the_start_of_each_test"
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("TEST_", "PYTEST_", "CI"))
    }
    bare = {**environment, "PATH": str(tmp_path)}

    skipped = subprocess.run([*command, chosen], env=bare, capture_output=True, text=True, check=False)
    failed = subprocess.run(
        [*command, chosen], env={**bare, "CI": "true"}, capture_output=True, text=True, check=False
    )

    assert skipped.returncode == 0
    assert "2 skipped" in skipped.stdout
    assert failed.returncode == 1
    assert "nothing may be skipped" in failed.stdout
    assert "apt-get install redis-server" in failed.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_stops_its_servers(tmp_path, number):
    script = tmp_path / "interrupted.py"
    script.write_text(
        "import os, signal, sys, time\n"
        "from tests.servers import run_tests\n"
        "from tests.servers.redis_server import RedisServer\n"
        # A shell's background job ignores Ctrl-C, and so would everything that it starts.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def call(command, environment):\n"
        "    print(environment['TEST_REDIS_URL'], flush=True)\n"
        f"    os.kill(os.getpid(), {number.value})\n"
        "    time.sleep(30)\n"
        "    return 0\n"
        "run_tests.SERVERS = (RedisServer,)\n"
        "run_tests._call = call\n"
        "sys.exit(run_tests.main([]))\n",
        encoding="utf-8",
    )
    if RedisServer.missing_programs():
        pytest.skip("Redis is not installed")

    run = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert run.returncode == 130, run.stderr
    address = run.stdout.splitlines()[-1]
    with redis.Redis.from_url(address) as client, pytest.raises(redis.ConnectionError):
        client.ping()


def test_a_server_that_was_killed_goes_on_with_what_it_had():
    server = PostgresqlServer()
    server.start()
    try:
        with psycopg.connect(server.address) as connection:
            connection.execute("CREATE TABLE kept ()")
        server.halt(signal.SIGQUIT)
        assert not server.answers()
        server.resume()

        with psycopg.connect(server.address) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    finally:
        server.stop()


def test_a_broker_hears_many_test_processes_at_once(rabbitmq_server):
    control = BrokerControl(rabbitmq_server)
    names = [f"at_once_{os.getpid()}_{number}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as pool:
        assert len(set(pool.map(control.create, names))) == len(names)
        list(pool.map(control.delete, names))
