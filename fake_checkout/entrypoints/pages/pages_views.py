"""The payer's page, and the testers' console. All work without scripts; the scripts only save a reload."""

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from fake_checkout.domain.errors import UnknownDelivery, UnknownPayment, UnknownRefund
from fake_checkout.entrypoints.pages import words
from fake_checkout.entrypoints.pages.console_views import add_console
from fake_checkout.entrypoints.pages.pay_views import add_pay_page
from fake_checkout.entrypoints.pages.workbench_views import add_workbench
from fake_checkout.entrypoints.services import Services
from servicekit.http.money import reais
from servicekit.http.security_headers import content_security_policy

OWN = ("'self'",)
POLICY = content_security_policy(
    script_src=OWN, style_src=OWN, img_src=("'self'", "data:"), connect_src=OWN, form_action=OWN
)


def pages_blueprint(services: Services) -> Blueprint:
    """The pages."""
    blueprint = Blueprint(
        "pages", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
    )
    for word in (reais, words.moment, words.span):
        blueprint.add_app_template_filter(word, word.__name__)
    blueprint.after_request(_secure)
    blueprint.register_error_handler(UnknownPayment, _not_found)
    blueprint.register_error_handler(UnknownDelivery, _not_found)
    blueprint.register_error_handler(UnknownRefund, _not_found)
    add_pay_page(blueprint, services)
    add_console(blueprint, services)
    add_workbench(blueprint, services)
    return blueprint


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    if request.endpoint != "pages.static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _not_found(_error: Exception) -> tuple[str, int]:
    return render_template("missing.html"), NotFound.code
