"""The menu, for the manager who keeps it."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from orders_service.domain.catalogue_errors import ProductNotFound, UnknownCategory
from orders_service.domain.product import ProductEdit
from orders_service.entrypoints.rest.catalogue_schemas import OfferJson
from orders_service.entrypoints.rest.catalogue_views import offer_response
from orders_service.entrypoints.rest.product_schemas import NewProductSchema, ProductEditSchema
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.create_product_usecase import CreateProduct
from orders_service.usecases.edit_product_usecase import EditProduct
from orders_service.usecases.retire_product_usecase import RetireProduct
from servicekit.http.auth import roles
from servicekit.http.documentation import documented
from servicekit.http.etags import require_match
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import parse_body
from servicekit.http.stores import current_store

NEW_PRODUCT = NewProductSchema()
EDIT = ProductEditSchema()


def product_blueprint(usecases: UseCases, public_url: str) -> Blueprint:
    """Creating, changing and retiring products. Every answer is the product as it is then."""
    blueprint = Blueprint("products", __name__)

    @blueprint.post("/products")
    @roles("manager")
    @documented(
        "Put a product on the menu",
        answers={201: OfferJson},
        body=NEW_PRODUCT,
        headers=("Location", "ETag"),
        problems=(UnknownCategory,),
    )
    @idempotent
    def create() -> ResponseReturnValue:
        wanted = CreateProduct(current_store(), **parse_body(NEW_PRODUCT))
        product_id = usecases.create_product.execute(wanted)
        response = offer_response(usecases.menu, product_id, public_url)
        response.headers["Location"] = f"{request.path}/{product_id}"
        return response, 201

    @blueprint.patch("/products/<uuid:product_id>")
    @roles("manager")
    @documented(
        "Change a product",
        answers={200: OfferJson},
        body=EDIT,
        takes_match=True,
        headers=("ETag",),
        problems=(ProductNotFound, UnknownCategory),
    )
    def edit(product_id: UUID) -> ResponseReturnValue:
        changes = ProductEdit(**parse_body(EDIT))
        usecases.edit_product.execute(EditProduct(current_store(), str(product_id), changes, require_match))
        return offer_response(usecases.menu, str(product_id), public_url)

    @blueprint.delete("/products/<uuid:product_id>")
    @roles("manager")
    @documented(
        "Take a product off the menu",
        answers={200: OfferJson},
        takes_match=True,
        headers=("ETag",),
        problems=(ProductNotFound,),
    )
    def retire(product_id: UUID) -> ResponseReturnValue:
        usecases.retire_product.execute(RetireProduct(current_store(), str(product_id), require_match))
        return offer_response(usecases.menu, str(product_id), public_url)

    return blueprint
