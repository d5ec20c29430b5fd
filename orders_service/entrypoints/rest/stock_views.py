"""The stock, for the staff."""

from uuid import UUID

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from orders_service.domain.catalogue_errors import ProductNotFound
from orders_service.domain.product import StockReason
from orders_service.domain.stock_errors import BelowReserved, TooMuchStock, WasteOnlyLowers
from orders_service.entrypoints.rest.catalogue_schemas import PageSchema
from orders_service.entrypoints.rest.stock_schemas import (
    BatchJson,
    BatchSchema,
    MovementJson,
    StockJson,
    StockSchema,
    batch_json,
    movements_json,
    stock_json,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.list_movements_usecase import ListMovements
from orders_service.usecases.open_batch_usecase import OpenBatch
from orders_service.usecases.set_stock_usecase import LowMark, SetStock
from orders_service.usecases.show_stock_usecase import ShowStock
from servicekit.http.auth import current_staff, roles
from servicekit.http.documentation import PageJson, documented
from servicekit.http.etags import etag_of, require_match
from servicekit.http.idempotency import idempotent
from servicekit.http.requests import invalid, parse_body, parse_query
from servicekit.http.stores import current_store

STOCK = StockSchema()
BATCH = BatchSchema()
PAGE = PageSchema()


def stock_blueprint(usecases: UseCases) -> Blueprint:
    """Counting, opening batches, and the book of all movements."""
    blueprint = Blueprint("stock", __name__)

    def shown(product_id: UUID) -> ResponseReturnValue:
        report = usecases.show_stock.execute(ShowStock(current_store(), str(product_id)))
        # What is reserved comes and goes all the time; a count is about what is there.
        return jsonify(stock_json(report)), 200, {"ETag": etag_of(report.on_hand)}

    @blueprint.get("/products/<uuid:product_id>/stock")
    @roles("kitchen", "manager")
    @documented("A product's stock", answers={200: StockJson}, headers=("ETag",), problems=(ProductNotFound,))
    def show(product_id: UUID) -> ResponseReturnValue:
        return shown(product_id)

    @blueprint.put("/products/<uuid:product_id>/stock")
    @roles("manager")
    @documented(
        "Say how many units there are",
        answers={200: StockJson},
        body=STOCK,
        takes_match=True,
        headers=("ETag",),
        problems=(ProductNotFound, BelowReserved, WasteOnlyLowers),
    )
    def count(product_id: UUID) -> ResponseReturnValue:
        body = parse_body(STOCK)
        counted = SetStock(
            store=current_store(),
            product_id=str(product_id),
            on_hand=body["on_hand"],
            reason=StockReason(body["reason"]),
            username=current_staff().subject,
            note=_words(body["note"]),
            low=LowMark(body["low_at"]) if "low_at" in body else None,
            check=require_match,
        )
        usecases.set_stock.execute(counted)
        return shown(product_id)

    @blueprint.post("/products/<uuid:product_id>/batches")
    @roles("kitchen", "manager")
    @documented(
        "Open a batch into units for sale",
        answers={201: BatchJson},
        body=BATCH,
        headers=("Location",),
        problems=(ProductNotFound, TooMuchStock),
    )
    @idempotent
    def open_batch(product_id: UUID) -> ResponseReturnValue:
        body = parse_body(BATCH)
        label = _words(body["label"])
        if label is None:
            raise invalid({"label": ["Say which batch."]})
        who = current_staff().subject
        opened = OpenBatch(current_store(), str(product_id), body["units"], label, who)
        batch = usecases.open_batch.execute(opened)
        location = request.path.removesuffix("batches") + "stock"
        return jsonify(batch_json(batch)), 201, {"Location": location}

    @blueprint.get("/products/<uuid:product_id>/stock/movements")
    @roles("kitchen", "manager")
    @documented(
        "Every change of a product's stock",
        answers={200: PageJson[MovementJson]},
        query=PAGE,
        problems=(ProductNotFound,),
    )
    def movements(product_id: UUID) -> ResponseReturnValue:
        asked = parse_query(PAGE)
        after = asked["cursor"][0] if asked["cursor"] is not None else None
        listed = ListMovements(current_store(), str(product_id), after, asked["limit"])
        return jsonify(movements_json(usecases.list_movements.execute(listed)))

    return blueprint


def _words(text: str | None) -> str | None:
    return (text or "").strip() or None
