"""Promotions, for the manager who makes them."""

from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.catalogue_errors import (
    EmptyWindow,
    PromotionNotFound,
    UnknownCategory,
    UnknownProduct,
)
from orders_service.domain.promotion import Promotion, PromotionEdit
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.rest.promotion_schemas import (
    NewPromotionSchema,
    PromotionEditSchema,
    PromotionJson,
    promotion_json,
    promotions_json,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.add_promotion_usecase import AddPromotion
from orders_service.usecases.edit_promotion_usecase import EditPromotion
from orders_service.usecases.list_promotions_usecase import ListPromotions
from orders_service.usecases.remove_promotion_usecase import RemovePromotion
from orders_service.usecases.show_promotion_usecase import ShowPromotion
from servicekit.http.auth import roles
from servicekit.http.documentation import PageJson, documented
from servicekit.http.etags import etag_of, require_match
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import parse_body, parse_query
from servicekit.http.stores import current_store

PAGE = PageSchema()
NEW_PROMOTION = NewPromotionSchema()
EDIT = PromotionEditSchema()


def promotion_blueprint(usecases: UseCases) -> Blueprint:
    """Adding, listing, showing, changing and removing promotions."""
    blueprint = Blueprint("promotions", __name__)

    @blueprint.post("/promotions")
    @roles("manager")
    @documented(
        "Make a promotion",
        answers={201: PromotionJson},
        body=NEW_PROMOTION,
        headers=("Location", "ETag"),
        problems=(EmptyWindow, UnknownProduct, UnknownCategory),
    )
    @idempotent
    def add() -> ResponseReturnValue:
        wanted = AddPromotion(current_store(), **parse_body(NEW_PROMOTION))
        promotion = usecases.add_promotion.execute(wanted)
        response = _with_etag(promotion)
        response.headers["Location"] = f"{request.path}/{promotion.id}"
        return response, 201

    @blueprint.get("/promotions")
    @roles("manager")
    @documented("The promotions", answers={200: PageJson[PromotionJson]}, query=PAGE)
    def browse() -> ResponseReturnValue:
        asked = parse_query(PAGE)
        before = asked["cursor"][0] if asked["cursor"] is not None else None
        listed = ListPromotions(current_store(), before, asked["limit"])
        return jsonify(promotions_json(usecases.list_promotions.execute(listed)))

    @blueprint.get("/promotions/<uuid:promotion_id>")
    @roles("manager")
    @documented("A promotion", answers={200: PromotionJson}, headers=("ETag",), problems=(PromotionNotFound,))
    def show(promotion_id: UUID) -> ResponseReturnValue:
        return _with_etag(usecases.show_promotion.execute(ShowPromotion(current_store(), str(promotion_id))))

    @blueprint.patch("/promotions/<uuid:promotion_id>")
    @roles("manager")
    @documented(
        "Change a promotion",
        answers={200: PromotionJson},
        body=EDIT,
        takes_match=True,
        headers=("ETag",),
        problems=(PromotionNotFound, EmptyWindow, UnknownProduct, UnknownCategory),
    )
    def edit(promotion_id: UUID) -> ResponseReturnValue:
        changes = PromotionEdit(**parse_body(EDIT))
        wanted = EditPromotion(current_store(), str(promotion_id), changes, require_match)
        return _with_etag(usecases.edit_promotion.execute(wanted))

    @blueprint.delete("/promotions/<uuid:promotion_id>")
    @roles("manager")
    @documented("Remove a promotion", answers={204: None}, takes_match=True, problems=(PromotionNotFound,))
    def remove(promotion_id: UUID) -> ResponseReturnValue:
        wanted = RemovePromotion(current_store(), str(promotion_id), require_match)
        usecases.remove_promotion.execute(wanted)
        return "", 204

    return blueprint


def _with_etag(promotion: Promotion) -> Response:
    response = jsonify(promotion_json(promotion))
    response.headers["ETag"] = etag_of(promotion.version)
    return response
