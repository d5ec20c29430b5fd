"""Containers of our images, held to the code that runs in them: settings, commands, ports and paths."""

import dataclasses
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import flask
from werkzeug.exceptions import HTTPException

import fake_checkout.bootstrap
import fake_checkout.settings
import orders_service.bootstrap
import orders_service.settings
import payment_service.bootstrap
import payment_service.settings
from fake_checkout.entrypoints.rest.app import create_app as emulator_app
from orders_service.entrypoints.commands import commands as orders_commands
from orders_service.entrypoints.live.app import create_live_app
from orders_service.entrypoints.live.live import Live, LiveTerms, make_live
from orders_service.entrypoints.rest.app import DEFAULT_STORE
from orders_service.entrypoints.rest.app import create_app as orders_app
from payment_service.entrypoints.commands import commands as payment_commands
from payment_service.entrypoints.rest.app import create_app as payment_app
from servicekit.database.commits import Commits
from servicekit.http.auth import BadKey
from servicekit.http.server_settings import ServerSettings
from servicekit.process.monitoring import monitoring_app
from servicekit.settings import SettingsError, load
from servicekit.worker import Loops
from tests.deployment.cluster import ROOT
from tests.deployment.dockerfile import Dockerfile
from tests.fakes.orders_service.composed import PRIVATE_KEY, PUBLIC_KEY

SERVICES = {
    "orders_service": (orders_service.settings.Settings, orders_service.bootstrap.build),
    "payment_service": (payment_service.settings.Settings, payment_service.bootstrap.build),
    "fake_checkout": (fake_checkout.settings.Settings, fake_checkout.bootstrap.build),
}
OF_THE_SERVER = {"PORT", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR"}
"""Gunicorn's and prometheus_client's own."""
OF_PYTHON = {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "SERVICE", "SSL_CERT_FILE"}
"""What images set and nobody else."""
PORT_OF = {"web": "PORT", "live": "LIVE_PORT", "worker": "WORKER_PORT"}
EMULATOR_COMMANDS = {"migrate"}


@dataclass(frozen=True)
class Process:
    """One container of an image of ours. `given` is what it is told, beside what its image says."""

    where: str
    image: str
    words: Sequence[str]
    given: Mapping[str, str]
    asked: frozenset[tuple[str, int]] = field(default_factory=frozenset)
    """Paths that are asked of it, each with its port."""

    @property
    def service(self) -> str:
        """Of the image comanda/orders_service: orders_service."""
        return self.image.partition("/")[2].partition(":")[0]

    @property
    def environ(self) -> dict[str, str]:
        return Dockerfile.of(self.image).environ | dict(self.given)

    @property
    def word(self) -> str:
        return [*self.words, *Dockerfile.of(self.image).command][0]

    @property
    def port(self) -> int | None:
        """Where it listens; None for what is run once."""
        variable = "LISTEN" if self.service == "gateway" else PORT_OF.get(self.word)
        return int(self.environ[variable]) if variable else None

    def faults(self) -> list[str]:
        """What does not fit to the code."""
        return [f"{self.where}: {fault}" for fault in self._faults()]

    def _faults(self) -> Iterator[str]:
        if self.service == "gateway":
            yield from (f"{name} is no setting" for name in self.given if name not in gateway_settings())
        else:
            yield from (
                f"{name} is no setting" for name in self.given if name not in settings_of(self.service)
            )
            if (fault := _fault_of_settings(self.service, frozenset(self.environ.items()))) is not None:
                yield fault
            if self.word not in words_of(self.service):
                yield f"{self.service} knows no command {self.word}"
        for path, port in self.asked:
            if port != self.port:
                yield f"nothing listens on {port}"
            elif not serves(self.service, self.word, path):
                yield f"{self.word} does not serve {path}"


@cache
def _fault_of_settings(service: str, environ: frozenset[tuple[str, str]]) -> str | None:
    """Why the service would not start with these variables. Many of its containers are told the same."""
    settings, build = SERVICES[service]
    try:
        build(load(settings, dict(environ)))
    except (SettingsError, BadKey) as error:
        return str(error)
    return None


@cache
def settings_of(service: str) -> set[str]:
    """Every variable that one of the service's processes reads."""
    classes = (SERVICES[service][0], ServerSettings)
    declared = {one.metadata["variable"] for kind in classes for one in dataclasses.fields(kind)}
    return declared | OF_THE_SERVER


@cache
def gateway_settings() -> set[str]:
    """The image declares each of them with its default."""
    return set(Dockerfile.of("comanda/gateway").environ)


@cache
def words_of(service: str) -> set[str]:
    """What may follow the image's name."""
    processes = {word for word in ("worker", "live") if importlib.util.find_spec(f"{service}.{word}")}
    return {"web"} | processes | _commands_of(service)


def _commands_of(service: str) -> set[str]:
    if service == "fake_checkout":
        return EMULATOR_COMMANDS
    if service == "orders_service":
        return set(orders_commands(_container(service), DEFAULT_STORE).commands)
    return set(payment_commands(_container(service)).commands)


@cache
def serves(service: str, word: str, path: str) -> bool:
    """Whether the process answers GET of the path with more than that there is nothing."""
    if service == "gateway":
        routes = (ROOT / "infra/gateway/templates/routes.conf.template").read_text(encoding="utf-8")
        return f"location = {path} {{" in routes
    try:
        _application(service, word).url_map.bind("").match(path)
    except HTTPException:
        return False
    return True


@cache
def _application(service: str, word: str) -> flask.Flask:
    container = _container(service)
    if word == "worker":
        return monitoring_app(Loops([]), {}, [], container.verifier)
    if word == "live":
        return create_live_app(container, _no_streams(container), Loops([]))
    return {"orders_service": orders_app, "payment_service": payment_app, "fake_checkout": emulator_app}[
        service
    ](container)


def _no_streams(container: orders_service.bootstrap.Container) -> Live:
    terms = LiveTerms(streams=1, heartbeat_seconds=1, wake=Commits(), poll_seconds=1)
    return make_live(container.usecases, container.public_url, terms)


@cache
def _container(service: str):
    """Some container of the service: what it serves and knows does not depend on settings."""
    settings, build = SERVICES[service]
    keys = {"JWT_PRIVATE_KEY": PRIVATE_KEY, "JWT_PUBLIC_KEY": PUBLIC_KEY}
    return build(load(settings, {"DATABASE_URL": "postgresql://nobody@nowhere/nothing", **keys}))
