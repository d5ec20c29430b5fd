"""The HTTP application of the live process: streams, and what the process tells of itself."""

from collections.abc import Mapping
from typing import Protocol

from flask import Flask

from orders_service.domain.errors import DomainError
from orders_service.entrypoints.live.live import Live
from orders_service.entrypoints.live.views import live_blueprint
from orders_service.entrypoints.rest.app import DEFAULT_STORE
from orders_service.entrypoints.rest.known_stores import KnownStores
from orders_service.entrypoints.usecases import UseCases
from servicekit.http.auth import TokenVerifier, install_auth
from servicekit.http.health import Check, install_health
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import install_problems
from servicekit.http.request_context import install_request_context
from servicekit.http.security_headers import install_security_headers
from servicekit.http.stores import register_for_stores
from servicekit.process.checks import not_stopping, not_stuck
from servicekit.process.loop_metrics import LoopCollector
from servicekit.worker import Loops


class LiveParts(Protocol):
    """What the application needs of the container."""

    @property
    def usecases(self) -> UseCases:
        """What it can do."""
        ...

    @property
    def verifier(self) -> TokenVerifier:
        """Checks tokens."""
        ...

    @property
    def health_checks(self) -> Mapping[str, Check]:
        """What it depends on."""
        ...


def create_live_app(container: LiveParts, live: Live, loops: Loops) -> Flask:
    """The application, around the loops that take the reader's steps."""
    app = Flask("orders_service.live", static_folder=None)
    install_request_context(app)
    install_security_headers(app)
    install_problems(app, DomainError)
    blueprint = live_blueprint(live)
    blueprint.before_request(KnownStores(container.usecases).require)
    register_for_stores(app, blueprint, DEFAULT_STORE)
    install_health(app, {**container.health_checks, "running": not_stopping(loops)}, not_stuck(loops))
    install_metrics(app, (LoopCollector(loops),))
    install_auth(app, container.verifier)
    return app
