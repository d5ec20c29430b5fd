"""A private RabbitMQ: its own node, ports, home, data folder and epmd, and no plugin."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pika
import pika.exceptions

from tests.servers.machine import find_program, free_port
from tests.servers.private_server import PrivateServer

# Debian's wrapper in PATH switches to the account and the settings of the installed broker, so it comes last.
FOLDERS = ("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin")
ERLANG_FOLDERS = ("/usr/lib/erlang/bin", "/opt/homebrew/opt/erlang/lib/erlang/bin")
USER = "comanda"
NAMES = '{lookup, [file]}. {host, {127,0,0,1}, ["localhost"]}.\n'


def _program(name: str) -> Path | None:
    return find_program(name, *(FOLDERS if name == "rabbitmq-server" else ERLANG_FOLDERS))


class RabbitmqServer(PrivateServer):
    """One broker for the whole run; each test gets a virtual host of its own in it."""

    name = "RabbitMQ"
    variable = "TEST_BROKER_URL"
    package = "rabbitmq-server"
    port = 0
    distribution_port = 0

    @classmethod
    def missing_programs(cls) -> list[str]:
        """Returns what is missing of the broker and of the parts of Erlang that come with it."""
        return [name for name in ("rabbitmq-server", "epmd", "erl_call") if _program(name) is None]

    @property
    def address(self) -> str:
        """The broker's address without a virtual host; the fragment is what `BrokerControl` reads."""
        control = f"{self.distribution_port}:{self.password}"
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.port}#{control}"

    def launch(self) -> None:
        """Starts an epmd (Erlang's directory of nodes) of its own, which is ended too; then the broker."""
        self.port, self.distribution_port, epmd_port = free_port(), free_port(), free_port()
        self.write(".erlang.cookie", self.password, mode=0o400)
        self._directory = {"ERL_EPMD_PORT": str(epmd_port), "ERL_EPMD_ADDRESS": "127.0.0.1"}
        self.spawn([_program("epmd") or "epmd", "-port", str(epmd_port), "-address", "127.0.0.1"])
        self.serve()

    def serve(self) -> None:
        """Starts the broker."""
        environment = {**self._directory, **self._environment()}
        self.spawn([_program("rabbitmq-server") or "rabbitmq-server"], environment)

    def answers(self) -> bool:
        """Tells whether the default virtual host takes connections."""
        parameters = pika.URLParameters(self.address.partition("#")[0] + "/%2F")
        parameters.connection_attempts = 1
        parameters.socket_timeout = 5
        try:
            pika.BlockingConnection(parameters).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    def _environment(self) -> dict[str, str]:
        settings = [
            f"default_user = {USER}",
            f"default_pass = {self.password}",
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            # A disk that is nearly full would block every publisher, though the tests write next to nothing.
            "disk_free_limit.absolute = 1MB",
            "log.console.level = warning",
            "log.file = false",
            "log.console = true",
        ]
        return {
            "HOME": str(self.folder),
            # Names are looked up without a helper process that would outlive the broker for a moment.
            "ERL_INETRC": str(self.write("inetrc", NAMES)),
            "RABBITMQ_NODENAME": f"{USER}@localhost",
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_CONFIG_FILE": str(self.write("rabbitmq.conf", "\n".join(settings) + "\n")),
            "RABBITMQ_CONF_ENV_FILE": str(self.write("rabbitmq-env.conf", "")),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.write("advanced.config", "[].\n")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.write("enabled_plugins", "[].\n")),
            # Listens on the loopback address only, and does not spin while the other tests need the cores.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +sbwt none",
        }


@dataclass(frozen=True, slots=True)
class BrokerControl:
    """Speaks Erlang's own protocol: 30 ms for what takes rabbitmqctl a second."""

    address: str

    def create(self, virtual_host: str) -> str:
        """Makes an empty virtual host and returns its address."""
        broker = self.address.partition("#")[0]
        self._evaluate(
            f'rabbit_vhost:add(<<"{virtual_host}">>, <<"{USER}">>),'
            "rabbit_auth_backend_internal:set_permissions("
            f'<<"{USER}">>, <<"{virtual_host}">>, <<".*">>, <<".*">>, <<".*">>, <<"{USER}">>).'
        )
        return f"{broker}/{virtual_host}"

    def delete(self, virtual_host: str) -> None:
        """Removes a virtual host, its queues and its connections."""
        self._evaluate(f'rabbit_vhost:delete(<<"{virtual_host}">>, <<"{USER}">>).')

    def load(self, definitions: str) -> None:
        """Makes what a file of definitions says, given as its text."""
        content = ",".join(map(str, definitions.encode()))
        self._evaluate(f"rabbit_definitions:import_raw(<<{content}>>).")

    def dismiss(self, user: str) -> None:
        """Lets a user in no more."""
        self._evaluate(f'rabbit_auth_backend_internal:delete_user(<<"{user}">>, <<"{USER}">>).')

    def change_password(self, password: str) -> None:
        """Lets nobody in by another password; who came in by an older one is sent away."""
        words = f'<<"{USER}">>, <<"{password}">>, <<"{USER}">>'
        self._evaluate(
            f"ok = rabbit_auth_backend_internal:change_password({words}),"
            'ok = rabbit_networking:close_all_connections("the password was changed").'
        )

    def limit_memory(self, share: float) -> None:
        """Lets nobody publish while the broker uses more than this share of the machine's memory."""
        self._evaluate(f"ok = vm_memory_monitor:set_vm_memory_high_watermark({share:f}).")

    def _evaluate(self, expression: str) -> None:
        port, _, cookie = self.address.partition("#")[2].partition(":")
        erl_call = _program("erl_call") or "erl_call"
        done = subprocess.run(
            # Of two callers at once that bear one name the broker takes the first alone.
            [str(erl_call), "-h", f"c{uuid4().hex}", "-address", f"127.0.0.1:{port}", "-c", cookie, "-e"],
            input=f"{expression}\n".encode(),
            capture_output=True,
            timeout=30,
            check=False,
        )
        if done.returncode != 0 or not done.stdout.startswith(b"{ok, ok}"):
            message = f"RabbitMQ refused {expression}: {(done.stdout + done.stderr).decode(errors='replace')}"
            raise RuntimeError(message)
