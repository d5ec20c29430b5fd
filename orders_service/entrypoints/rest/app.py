"""The HTTP application."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from orders_service.domain.errors import DomainError
from orders_service.entrypoints.docs.views import docs_blueprint
from orders_service.entrypoints.live.live import Live
from orders_service.entrypoints.live.views import live_blueprint
from orders_service.entrypoints.rest.auth_views import auth_blueprint
from orders_service.entrypoints.rest.board_views import board_blueprint
from orders_service.entrypoints.rest.cart_views import cart_blueprint
from orders_service.entrypoints.rest.catalogue_views import catalogue_blueprint
from orders_service.entrypoints.rest.client_views import client_blueprint
from orders_service.entrypoints.rest.identification_limit import IdentificationLimit
from orders_service.entrypoints.rest.image_views import image_blueprint
from orders_service.entrypoints.rest.known_stores import KnownStores
from orders_service.entrypoints.rest.order_views import order_blueprint
from orders_service.entrypoints.rest.product_views import product_blueprint
from orders_service.entrypoints.rest.promotion_views import promotion_blueprint
from orders_service.entrypoints.rest.staff_views import staff_blueprint
from orders_service.entrypoints.rest.stock_views import stock_blueprint
from orders_service.entrypoints.rest.store_views import store_blueprint
from orders_service.entrypoints.rest.team_views import team_blueprint
from orders_service.entrypoints.usecases import UseCases
from servicekit.http.auth import TokenVerifier, install_auth
from servicekit.http.health import Check, install_health
from servicekit.http.idempotency import IdempotencyKeys, install_idempotency
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import install_problems
from servicekit.http.proxies import install_proxies
from servicekit.http.request_context import install_request_context
from servicekit.http.requests import install_requests
from servicekit.http.security_headers import install_security_headers
from servicekit.http.stores import register_for_stores, register_stores

DEFAULT_STORE = "default"


class WebParts(Protocol):
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
    def idempotency_keys(self) -> IdempotencyKeys:
        """Stored answers."""
        ...

    @property
    def web_health_checks(self) -> Mapping[str, Check]:
        """What it depends on, or serves the less without."""
        ...

    @property
    def public_url(self) -> str:
        """The address that people use."""
        ...

    @property
    def trusted_proxies(self) -> int:
        """How many proxies in front of it are believed."""
        ...

    @property
    def rate_limit_storage(self) -> str:
        """Where failures are counted."""
        ...

    @property
    def rate_limit_options(self) -> Mapping[str, Any]:
        """How that is spoken to."""
        ...


def create_app(container: WebParts, live: Live | None = None) -> Flask:
    """The application. Raises UndeclaredPolicy when a route says nothing of who may call it.

    It has event streams only where it is given what they need; elsewhere the live process has them.
    """
    app = Flask("orders_service", static_folder=None)
    app.json = _Json(app)
    install_proxies(app, container.trusted_proxies)
    install_request_context(app)
    install_security_headers(app)
    install_requests(app)
    install_problems(app, DomainError)
    install_idempotency(app, container.idempotency_keys)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=container.rate_limit_storage,
        storage_options=dict(container.rate_limit_options),
        in_memory_fallback_enabled=True,
    )
    usecases, public_url = container.usecases, container.public_url
    stores, identification = KnownStores(usecases), IdentificationLimit(limiter)
    for blueprint in (
        catalogue_blueprint(usecases, public_url),
        product_blueprint(usecases, public_url),
        promotion_blueprint(usecases),
        cart_blueprint(usecases),
        image_blueprint(usecases, public_url),
        stock_blueprint(usecases),
        order_blueprint(usecases, public_url, identification),
        client_blueprint(usecases, public_url, identification),
        board_blueprint(usecases),
        staff_blueprint(usecases, public_url),
        team_blueprint(usecases),
        auth_blueprint(usecases, limiter, container.idempotency_keys.digest),
        *([live_blueprint(live)] if live is not None else []),
    ):
        blueprint.before_request(stores.require)
        register_for_stores(app, blueprint, DEFAULT_STORE)
    register_stores(app, store_blueprint(usecases), DEFAULT_STORE)
    app.register_blueprint(docs_blueprint())
    install_health(app, container.web_health_checks)
    install_metrics(app)
    install_auth(app, container.verifier)
    return app


class _Json(DefaultJSONProvider):
    """Members in the order of the contract, text as it is."""

    sort_keys = False
    ensure_ascii = False
