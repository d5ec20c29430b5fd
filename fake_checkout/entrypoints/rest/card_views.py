"""Card tokens, ways to pay, and who is asking: what a browser or a merchant needs before a payment."""

import re

from flask import Blueprint, Response, request

from fake_checkout.entrypoints.rest.authentication import caller
from fake_checkout.entrypoints.rest.card_body import (
    IDENTIFICATION_TYPES,
    card_token_body,
    payment_methods_body,
)
from fake_checkout.entrypoints.rest.card_fields import card_from
from fake_checkout.entrypoints.rest.installments_body import installments_body
from fake_checkout.entrypoints.rest.provider_errors import Refused
from fake_checkout.entrypoints.rest.user_body import user_body
from fake_checkout.entrypoints.rest.wire import json_answer, read_object
from fake_checkout.entrypoints.services import Services


def add_cards(blueprint: Blueprint, services: Services) -> None:
    """All of these."""

    @blueprint.post("/v1/card_tokens")
    def create_card_token() -> Response:
        card = card_from(read_object(request.get_data()), services.books.now())
        token = services.create_card_token.execute(caller(), card)
        return json_answer(card_token_body(token, caller().public_key), 201)

    @blueprint.get("/v1/card_tokens/<token_id>")
    def get_card_token(token_id: str) -> Response:
        if not re.fullmatch(r"[0-9a-f]{32}", token_id):
            raise Refused(2062, "Invalid card token")
        token = services.books.card_token(token_id)
        token.require_of(caller().collector_id)
        return json_answer(card_token_body(token, caller().public_key))

    @blueprint.get("/v1/payment_methods")
    def list_payment_methods() -> Response:
        return json_answer(payment_methods_body())

    @blueprint.get("/v1/payment_methods/installments")
    def list_installments() -> Response:
        return json_answer(installments_body(request.args.to_dict()))

    @blueprint.get("/v1/identification_types")
    def list_identification_types() -> Response:
        return json_answer(IDENTIFICATION_TYPES)

    @blueprint.get("/users/me")
    def get_user() -> Response:
        return json_answer(user_body(caller()))
