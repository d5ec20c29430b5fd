"""The stores themselves: anyone sees them; admins found and change them, managers change their own."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from orders_service.domain.store import StoreNow
from orders_service.domain.store_errors import CategoryInUse, SlugTaken, StoreNotFound
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.rest.menus import menu_for_caller
from orders_service.entrypoints.rest.store_schemas import (
    NewStoreSchema,
    StoreChangesSchema,
    StoreJson,
    store_json,
    stores_json,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.describe_store_usecase import DescribeStore
from orders_service.usecases.edit_store_usecase import EditStore
from orders_service.usecases.found_store_usecase import FoundStore
from orders_service.usecases.list_stores_usecase import ListStores
from servicekit.http.auth import anyone, roles
from servicekit.http.documentation import PageJson, documented
from servicekit.http.etags import etag_of, require_match
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import parse_body, parse_query
from servicekit.http.stores import current_store

PAGE = PageSchema()
NEW_STORE = NewStoreSchema()
CHANGES = StoreChangesSchema()


def store_blueprint(usecases: UseCases) -> Blueprint:
    """Paths that are about stores, so that none of them is below one."""
    blueprint = Blueprint("stores", __name__)

    @blueprint.get("/stores")
    @anyone
    @documented("The stores", answers={200: PageJson[StoreJson]}, query=PAGE)
    def browse() -> ResponseReturnValue:
        asked = parse_query(PAGE)
        after = None if asked["cursor"] is None else asked["cursor"][0]
        request = ListStores(after, asked["limit"])
        return jsonify(stores_json(menu_for_caller(usecases).list_stores.execute(request)))

    @blueprint.get("/stores/<slug:store>")
    @anyone
    @documented("A store", answers={200: StoreJson}, headers=("ETag",), problems=(StoreNotFound,))
    def show() -> ResponseReturnValue:
        return _with_etag(menu_for_caller(usecases).describe_store.execute(DescribeStore(current_store())))

    @blueprint.post("/stores")
    @roles("admin")
    @documented(
        "Found a store",
        answers={201: StoreJson},
        body=NEW_STORE,
        headers=("Location", "ETag"),
        problems=(SlugTaken,),
    )
    @idempotent
    def found() -> ResponseReturnValue:
        founded = usecases.found_store.execute(FoundStore(parse_body(NEW_STORE)))
        response = _with_etag(founded)
        response.status_code = 201
        response.headers["Location"] = f"/stores/{founded.store.slug}"
        return response

    @blueprint.patch("/stores/<slug:store>")
    @roles("admin", "manager")
    @documented(
        "Change a store",
        answers={200: StoreJson},
        body=CHANGES,
        takes_match=True,
        headers=("ETag",),
        problems=(StoreNotFound, CategoryInUse),
    )
    def edit() -> ResponseReturnValue:
        changes = EditStore(current_store(), parse_body(CHANGES), require_match)
        return _with_etag(usecases.edit_store.execute(changes))

    return blueprint


def _with_etag(seen: StoreNow) -> Response:
    response = jsonify(store_json(seen))
    response.headers["ETag"] = etag_of(seen.store.version)
    return response
