"""The Postman collection, run by newman: `./run postman`, and the tests.

The embedded system and the processes of production are known by one address each, and by the secrets that
the collection's environments name.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.conftest import fresh_broker, fresh_database
from tests.servers.catalogue import why_missing
from tests.servers.nginx import NginxServer
from tests.servers.nginx_system import NginxSystem
from tests.servers.node import NodeFailed, install_packages, run_node, why_node_is_missing
from tests.servers.postgresql import PostgresqlServer
from tests.servers.private_server import ServerDidNotStart
from tests.servers.rabbitmq import RabbitmqServer
from tests.servers.system import (
    ACCESS_TOKEN,
    ROOT,
    WEBHOOK_SECRET,
    EmbeddedSystem,
    ProductionSystem,
    System,
    SystemDidNotStart,
)

FOLDER = ROOT / "docs" / "postman"
COLLECTION = FOLDER / "comanda.postman_collection.json"
PROJECT = Path(__file__).parent / "newman"
ENVIRONMENTS = ("local", "compose", "minikube")
RUN_SECONDS = 280
USUAL_DEADLINES = {"PAYMENT_DEADLINE_SECONDS": "900", "CANCEL_PATIENCE_SECONDS": "600"}
"""The stories bring a store of their own for the order that expires."""
OF_PRODUCTION = {"access_token": ACCESS_TOKEN, "webhook_secret": WEBHOOK_SECRET}


@dataclass(frozen=True, slots=True)
class Report:
    """What newman says of a run: what went wrong, and which requests were answered, as `folder / request`."""

    failures: tuple[str, ...]
    answered: tuple[str, ...]


def newman(environment: str, variables: Mapping[str, str], *options: str) -> list[str]:
    """The command that runs the collection in an environment, with these variables in place of its own."""
    chosen = [word for name, value in variables.items() for word in ("--env-var", f"{name}={value}")]
    return [
        *(str(PROJECT / "node_modules" / ".bin" / "newman"), "run", str(COLLECTION)),
        *("--working-dir", str(FOLDER)),
        *("--environment", str(FOLDER / f"{environment}.postman_environment.json")),
        *(*chosen, *options),
    ]


def run_collection(url: str, report: Path, *options: str, **variables: str) -> Report:
    """Run it against a system that is there. Raises NodeFailed where newman itself fails."""
    install_packages(PROJECT)
    reporting = ("--reporters", "json", "--reporter-json-export", str(report), "--suppress-exit-code")
    command = newman("local", {"base_url": url, **variables}, *reporting, *options)
    run_node(PROJECT, *command, seconds=RUN_SECONDS)
    return _read(json.loads(report.read_text(encoding="utf-8")))


def _read(told: dict[str, Any]) -> Report:
    names = {
        request["id"]: f"{folder['name']} / {request['name']}"
        for folder in told["collection"]["item"]
        for request in folder["item"]
    }
    failures = (
        f"{names[one['source']['id']]}: {one['error'].get('test')}: {one['error']['message']}"
        for one in told["run"]["failures"]
    )
    answered = (names[one["item"]["id"]] for one in told["run"]["executions"] if "response" in one)
    return Report(tuple(failures), tuple(answered))


@contextmanager
def _embedded(folder: Path) -> Iterator[System]:
    """An embedded system, running."""
    yield from _running(EmbeddedSystem(folder, USUAL_DEADLINES))


@contextmanager
def _production(folder: Path) -> Iterator[System]:
    """The processes of production, running on servers of their own."""
    with ExitStack() as started:
        postgresql, rabbitmq = PostgresqlServer(), RabbitmqServer()
        for server in (postgresql, rabbitmq):
            started.callback(server.stop)
            server.start()
        # Where nginx is missing, the tests' own gateway stands in for it.
        kind = ProductionSystem if why_missing(NginxServer) else NginxSystem
        system = kind(
            folder,
            orders_database=started.enter_context(fresh_database(postgresql.address)),
            payments_database=started.enter_context(fresh_database(postgresql.address)),
            broker=started.enter_context(fresh_broker(rabbitmq.address)),
            settings=USUAL_DEADLINES,
        )
        yield from _running(system)


def _running(system: System) -> Iterator[System]:
    try:
        system.start()
        yield system
    finally:
        system.stop()


@click.command()
@click.option("--url", metavar="ADDRESS", help="A system that is there, such as http://localhost:5000.")
@click.option("--environment", type=click.Choice(ENVIRONMENTS), default="local", help="What is known of it.")
@click.option("--production", is_flag=True, help="A system of its own, as in production.")
@click.argument("options", nargs=-1)
def main(*, url: str | None, environment: str, production: bool, options: tuple[str, ...]) -> None:
    """Run every request of the Postman collection, by newman: against an embedded system of its own, the
    processes of production on a PostgreSQL and a RabbitMQ of its own, or a system that is there.

    What follows two dashes goes to newman: ./run postman -- --folder "Start here" --folder "A cart"
    """
    missing = why_node_is_missing()
    if missing:
        raise click.ClickException(missing)
    try:
        install_packages(PROJECT)
        if url is not None:
            sys.exit(_call(newman(environment, {"base_url": url.rstrip("/")}, *options)))
        with tempfile.TemporaryDirectory() as name:
            own = _production(Path(name)) if production else _embedded(Path(name))
            settled = {"reset_provider": "yes", **(OF_PRODUCTION if production else {})}
            with own as system:
                told = {"base_url": system.url, **settled}
                code = _call(newman("compose" if production else "local", told, *options))
        sys.exit(code)
    except (NodeFailed, ServerDidNotStart, SystemDidNotStart) as error:
        raise click.ClickException(str(error)) from error


def _call(command: list[str]) -> int:
    return subprocess.run(command, cwd=PROJECT, check=False).returncode


if __name__ == "__main__":
    main(prog_name="./run postman")
