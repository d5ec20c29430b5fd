"""The page on which an order is paid by card: its number goes from the browser to the provider, past us."""

from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from payment_service.domain.errors import UnknownCharge
from payment_service.domain.payment_status import PaymentStatus
from payment_service.entrypoints.pages.card_policy import ProviderScript, card_policy
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.offer_card_usecase import CardOffer, OfferCard
from servicekit.http.auth import anyone
from servicekit.http.documentation import no_api
from servicekit.http.money import format_centavos, reais
from servicekit.http.requests import StrictSchema, UuidString
from servicekit.http.static_files import StaticFiles
from servicekit.http.stores import current_store

OPEN, NO_CARDS, UNKNOWN = "open", "no-cards", "unknown-charge"
"""How the order stands, beside the slugs of what forbids another attempt."""
FILES = Path(__file__).parent / "static"


class _Address(StrictSchema):
    order_id = UuidString(required=True)


def card_blueprint(usecases: UseCases, script: ProviderScript) -> Blueprint:
    """The page and its files, which it names relative to itself: below a store they are there as well."""
    blueprint = Blueprint("card", __name__, template_folder="templates")
    policy, files = card_policy(script), StaticFiles(FILES)
    blueprint.add_app_template_filter(reais)

    @blueprint.get("/payments/card")
    @anyone
    @no_api
    def card_page() -> ResponseReturnValue:
        try:
            order_id = _Address().load(request.args.to_dict())["order_id"]
            offer = usecases.offer_card.execute(OfferCard(current_store(), order_id))
        except (ValidationError, UnknownCharge):
            return _page(policy, HTTPStatus.NOT_FOUND, state=UNKNOWN)
        return _page(policy, HTTPStatus.OK, script=script.address, **_told(offer))

    @blueprint.get("/payments/card/<file>")
    @anyone
    @no_api
    def card_file(file: str) -> ResponseReturnValue:
        return files.answer(file)

    return blueprint


def _page(policy: str, status: HTTPStatus, **told: object) -> Response:
    page = make_response(render_template("card.html", **told), status)
    page.headers["Content-Security-Policy"] = policy
    page.headers["Cache-Control"] = "no-store"
    return page


def _told(offer: CardOffer) -> dict[str, object]:
    attempt = offer.attempt
    return {
        "state": _state(offer),
        "order_id": offer.terms.order_id,
        "total": offer.terms.total,
        "amount": format_centavos(offer.terms.total),
        "seconds_left": int((offer.terms.deadline - offer.now).total_seconds()),
        "attempts_allowed": offer.terms.attempts_allowed,
        "attempts_left": offer.attempts_left,
        "public_key": offer.public_key,
        "attempt": attempt,
        "refused": attempt.detail if attempt and attempt.status is PaymentStatus.REJECTED else None,
    }


def _state(offer: CardOffer) -> str:
    if offer.refusal is not None:
        return offer.refusal.slug
    return NO_CARDS if offer.public_key is None else OPEN
