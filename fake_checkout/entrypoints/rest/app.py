"""The emulator as one WSGI application."""

from typing import Protocol

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import IntegerConverter, Map

from fake_checkout.domain.errors import DomainError
from fake_checkout.entrypoints.pages.pages_views import pages_blueprint
from fake_checkout.entrypoints.rest.control_views import control_blueprint
from fake_checkout.entrypoints.rest.mercado_pago_views import mercado_pago_blueprint
from fake_checkout.entrypoints.rest.provider_errors import provider_error
from fake_checkout.entrypoints.sdk.sdk_views import sdk_blueprint
from fake_checkout.entrypoints.services import Services
from servicekit.http.health import Check, install_health
from servicekit.http.metrics import install_metrics
from servicekit.http.problems import Problem, install_problems, respond
from servicekit.http.proxies import install_proxies
from servicekit.http.request_context import install_request_context
from servicekit.http.security_headers import install_security_headers

MAX_BODY_BYTES = 1024 * 1024
OUR_OWN = ("/__fake", "/health", "/pay/", "/console/", "/static/")
"""Where the provider has nothing: errors there are problems, as everywhere in the house."""


class BookedNumber(IntegerConverter):
    """A number in a path that the books can look for; a longer one is nobody's, and its path is not there."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=10**15)


class Composition(Protocol):
    """What bootstrap has put together."""

    @property
    def services(self) -> Services:
        """The use cases."""
        ...

    @property
    def checks(self) -> dict[str, Check]:
        """What the emulator needs to be well."""
        ...

    @property
    def trusted_proxies(self) -> int:
        """How many proxies in front of it are believed."""
        ...


def create_app(container: Composition) -> Flask:
    """The application; it is served below whatever SCRIPT_NAME says."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.converters["int"] = BookedNumber
    # The provider's SDK for Node asks for lists with a slash at the end, and expects no redirect.
    app.url_map.strict_slashes = False
    install_proxies(app, container.trusted_proxies)
    install_request_context(app)
    install_security_headers(app)
    install_problems(app, DomainError)
    for absent in (NotFound, MethodNotAllowed):
        app.register_error_handler(absent, _absent)
    install_health(app, container.checks)
    install_metrics(app)
    if container.services.control_is_on:
        app.register_blueprint(control_blueprint(container.services))
        app.register_blueprint(pages_blueprint(container.services))
    app.register_blueprint(sdk_blueprint())
    app.register_blueprint(mercado_pago_blueprint(container.services))
    return app


def _absent(error: HTTPException) -> Response:
    """What is not there, said in the words of whoever was asked."""
    status, name = error.code or 404, error.name
    if not (request.path == "/" or request.path.startswith(OUR_OWN)):
        return provider_error(status, "resource not found" if status == NotFound.code else name)
    response = respond(Problem(status, name.lower().replace(" ", "-"), name, error.description or name))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response
