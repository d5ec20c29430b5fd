"""The catalogue, for anyone."""

from uuid import UUID

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from orders_service.domain.catalogue_errors import CategoryNotFound, ProductNotFound
from orders_service.entrypoints.menu_usecases import MenuUseCases
from orders_service.entrypoints.rest.catalogue_schemas import (
    OfferJson,
    OffersSchema,
    PageSchema,
    offer_json,
    offers_json,
)
from orders_service.entrypoints.rest.menus import menu_for_caller
from orders_service.entrypoints.usecases import UseCases
from orders_service.ports.catalogue_query_port import OfferFilter
from orders_service.usecases.browse_catalogue_usecase import BrowseCatalogue
from orders_service.usecases.browse_category_usecase import BrowseCategory
from orders_service.usecases.show_product_usecase import ShowProduct
from orders_service.usecases.show_store_usecase import ShowStore
from servicekit.http.auth import anyone
from servicekit.http.documentation import PageJson, documented
from servicekit.http.etags import etag_of
from servicekit.http.requests import parse_query
from servicekit.http.stores import current_store, store_url

OFFERS = OffersSchema()
PAGE = PageSchema()


def catalogue_blueprint(usecases: UseCases, public_url: str) -> Blueprint:
    """The catalogue's reading paths."""
    blueprint = Blueprint("catalogue", __name__)

    @blueprint.get("/products")
    @anyone
    @documented("The menu", answers={200: PageJson[OfferJson]}, query=OFFERS)
    def browse() -> ResponseReturnValue:
        asked = parse_query(OFFERS)
        wanted = OfferFilter(asked["category"], asked["q"], asked["available"])
        request = BrowseCatalogue(current_store(), wanted, _after(asked["cursor"]), asked["limit"])
        return jsonify(offers_json(menu_for_caller(usecases).browse.execute(request), store_url(public_url)))

    @blueprint.get("/products/category/<category>")
    @anyone
    @documented(
        "The menu of one category",
        answers={200: PageJson[OfferJson]},
        query=PAGE,
        problems=(CategoryNotFound,),
    )
    def browse_category(category: str) -> ResponseReturnValue:
        asked = parse_query(PAGE)
        request = BrowseCategory(current_store(), category, _after(asked["cursor"]), asked["limit"])
        page = menu_for_caller(usecases).browse_category.execute(request)
        return jsonify(offers_json(page, store_url(public_url)))

    @blueprint.get("/products/<uuid:product_id>")
    @anyone
    @documented("A product", answers={200: OfferJson}, headers=("ETag",), problems=(ProductNotFound,))
    def show(product_id: UUID) -> ResponseReturnValue:
        return offer_response(menu_for_caller(usecases), str(product_id), public_url)

    @blueprint.get("/categories")
    @anyone
    @documented("The store's categories", answers={200: PageJson[str]})
    def categories() -> ResponseReturnValue:
        store = menu_for_caller(usecases).show_store.execute(ShowStore(current_store()))
        return jsonify(items=list(store.categories), next=None)

    return blueprint


def offer_response(menu: MenuUseCases, product_id: str, public_url: str) -> Response:
    """The product as this menu shows it; its ETag is what the If-Match of a change is compared with."""
    offer = menu.show_product.execute(ShowProduct(current_store(), product_id))
    response = jsonify(offer_json(offer, store_url(public_url)))
    response.headers["ETag"] = etag_of(offer.version)
    return response


def _after(cursor: list[str] | None) -> str | None:
    return cursor[0] if cursor is not None else None
