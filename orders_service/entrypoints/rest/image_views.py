"""Pictures of products."""

import re
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from orders_service.domain.catalogue_errors import (
    BrokenImage,
    ImageNotFound,
    ProductNotFound,
    TooManyPixels,
    UnsupportedImage,
)
from orders_service.entrypoints.rest.catalogue_schemas import OfferJson
from orders_service.entrypoints.rest.catalogue_views import offer_response
from orders_service.entrypoints.rest.menus import menu_for_caller
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.illustrate_product_usecase import IllustrateProduct
from orders_service.usecases.show_image_usecase import ShowImage
from servicekit.http.auth import anyone, roles
from servicekit.http.documentation import Content, documented
from servicekit.http.etags import require_match
from servicekit.http.requests import read_body
from servicekit.http.stores import current_store

MOST_BYTES = 5 * 1024 * 1024
FOR_GOOD = "public, max-age=31536000, immutable"
HASH = re.compile("[0-9a-f]{64}")
PICTURE = Content(("image/jpeg", "image/png", "image/webp"))


def image_blueprint(usecases: UseCases, public_url: str) -> Blueprint:
    """Giving a product its picture, and looking at pictures."""
    blueprint = Blueprint("images", __name__)

    @blueprint.put("/products/<uuid:product_id>/image")
    @roles("manager")
    @documented(
        "Give a product its picture",
        answers={200: OfferJson},
        body=PICTURE,
        takes_match=True,
        headers=("ETag",),
        problems=(ProductNotFound, UnsupportedImage, TooManyPixels, BrokenImage),
    )
    def illustrate(product_id: UUID) -> ResponseReturnValue:
        raw = read_body(MOST_BYTES)
        picture = IllustrateProduct(current_store(), str(product_id), raw, require_match)
        usecases.illustrate_product.execute(picture)
        return offer_response(usecases.menu, str(product_id), public_url)

    @blueprint.get("/images/<image_hash>")
    @anyone
    @documented(
        "A picture",
        answers={200: PICTURE, 304: None},
        headers=("ETag", "Cache-Control"),
        problems=(ImageNotFound,),
    )
    def show(image_hash: str) -> ResponseReturnValue:
        if not HASH.fullmatch(image_hash):
            raise ImageNotFound(image_hash)
        image = menu_for_caller(usecases).show_image.execute(ShowImage(current_store(), image_hash))
        response = Response(image.content, mimetype=image.media_type)
        response.headers["Cache-Control"] = FOR_GOOD
        response.set_etag(image.hash)
        return response.make_conditional(request)

    return blueprint
