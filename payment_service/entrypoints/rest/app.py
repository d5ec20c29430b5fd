"""The HTTP application."""

from collections.abc import Mapping
from typing import Protocol

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from payment_service.domain.errors import DomainError
from payment_service.entrypoints.pages.card_policy import ProviderScript
from payment_service.entrypoints.pages.card_views import card_blueprint
from payment_service.entrypoints.rest.account_views import account_blueprint
from payment_service.entrypoints.rest.payment_views import payment_blueprint
from payment_service.entrypoints.rest.refund_views import refund_blueprint
from payment_service.entrypoints.rest.webhook_views import webhook_blueprint
from payment_service.entrypoints.usecases import UseCases
from servicekit.http.auth import TokenVerifier, install_auth
from servicekit.http.health import Check, install_health
from servicekit.http.idempotency import IdempotencyKeys, install_idempotency
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import install_problems
from servicekit.http.proxies import install_proxies
from servicekit.http.request_context import install_request_context
from servicekit.http.requests import install_requests
from servicekit.http.security_headers import install_security_headers
from servicekit.http.stores import register_for_stores

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
    def health_checks(self) -> Mapping[str, Check]:
        """What it depends on."""
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
    def provider_script(self) -> ProviderScript:
        """What makes tokens of cards, in a browser."""
        ...


def create_app(container: WebParts) -> Flask:
    """The application. Raises UndeclaredPolicy when a route says nothing of who may call it."""
    app = Flask("payment_service", static_folder=None)
    app.json = _Json(app)
    install_proxies(app, container.trusted_proxies)
    install_request_context(app)
    install_security_headers(app)
    install_requests(app)
    install_problems(app, DomainError)
    install_idempotency(app, container.idempotency_keys)
    for blueprint in (
        payment_blueprint(container.usecases, container.public_url),
        refund_blueprint(container.usecases),
        account_blueprint(container.usecases),
        card_blueprint(container.usecases, container.provider_script),
        webhook_blueprint(container.usecases),
    ):
        register_for_stores(app, blueprint, DEFAULT_STORE)
    install_health(app, container.health_checks)
    install_metrics(app)
    install_auth(app, container.verifier)
    return app


class _Json(DefaultJSONProvider):
    """Members in the order of the contract, text as it is."""

    sort_keys = False
    ensure_ascii = False
