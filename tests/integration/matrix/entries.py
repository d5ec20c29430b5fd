"""What each route is called with, and who may call it. A route that is not here fails the test.

This is the contract's table of roles, written down a second time on purpose: the code has its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.integration.matrix.world import PASSWORD, Things, a_picture

ANYONE = None
KITCHEN = frozenset({"kitchen", "manager"})
MANAGER = frozenset({"manager"})
STORE_KEEPERS = frozenset({"manager", "admin"})
ADMIN = frozenset({"admin"})


@dataclass(frozen=True)
class Entry:
    """One way to call a route.

    `who` are the roles that may. `own` are the right answers to those of them who name what is their store's,
    `foreign` to those who name what is another's; whoever may not call it gets 401 or 403. `json` and `query`
    can be made of the things named: the placeholders of the path are filled from the same ones. `data` is
    a body that is not JSON.
    `public` is what tells of every store to anybody; what `remembers` writes down that it refused.
    """

    who: frozenset[str] | None = ANYONE
    own: frozenset[int] = frozenset({200})
    foreign: frozenset[int] = frozenset({404})
    json: Callable[[Things], object] | object = None
    query: Callable[[Things], dict[str, str]] | dict[str, str] | None = None
    data: bytes | None = None
    public: bool = False
    remembers: bool = False

    @property
    def names_things(self) -> bool:
        """Whether body or query say of what the call is."""
        return callable(self.json) or callable(self.query)


def answers(*statuses: int) -> frozenset[int]:
    return frozenset(statuses)


def _order(things: Things) -> dict[str, list[object]]:
    return {"items": [{"product_id": things["product_id"], "quantity": 1}]}


def _cart(things: Things) -> object:
    return {"cart_id": things["cart_id"]}


def _cart(things: Things) -> object:
    return {"cart_id": things["cart_id"]}


def _strange_product(things: Things) -> object:
    return {"product_id": things["product_elsewhere"], "quantity": 1}


def _promotion(things: Things) -> dict[str, str]:
    return {
        "name": "Semana",
        "product_id": things["product_id"],
        "percentage": "10",
        "starts_at": "2026-11-01T00:00:00Z",
        "ends_at": "2026-12-01T00:00:00Z",
    }


ORDERS: dict[str, tuple[Entry, ...]] = {
    # stores and their staff
    "GET /stores": (Entry(public=True),),
    "GET /stores/<slug:store>": (Entry(),),
    "POST /stores": (
        Entry(
            ADMIN,
            answers(201),
            json={"slug": "nova", "name": "Nova", "time_zone": "America/Sao_Paulo"},
        ),
    ),
    "PATCH /stores/<slug:store>": (Entry(STORE_KEEPERS, json={"name": "Nova"}),),
    "GET /staff": (Entry(STORE_KEEPERS),),
    "POST /staff": (
        Entry(
            STORE_KEEPERS,
            answers(201),
            json={"username": "nova", "password": PASSWORD, "role": "kitchen"},
        ),
        Entry(
            ADMIN,
            answers(201),
            json={"username": "nova", "password": PASSWORD, "role": "admin"},
        ),
    ),
    "DELETE /staff/<username>": (Entry(STORE_KEEPERS, answers(204)),),
    "POST /auth/token": (
        Entry(
            foreign=answers(401, 429),
            remembers=True,
            json=lambda things: {"username": things["username"], "password": things["username"]},
        ),
    ),
    # the menu
    "GET /products": (Entry(), Entry(query=lambda things: {"q": things["word"]}, foreign=answers(200))),
    "GET /products/<uuid:product_id>": (Entry(),),
    "GET /products/category/<category>": (Entry(),),
    "GET /categories": (Entry(),),
    "POST /products": (
        Entry(
            MANAGER,
            answers(201),
            answers(404, 422),
            json=lambda things: {"name": "Suco", "category": things["category"], "price": "9.90"},
        ),
    ),
    "PATCH /products/<uuid:product_id>": (
        Entry(MANAGER, json={"price": "9.90"}),
        Entry(MANAGER, answers(404, 422), json=lambda things: {"category": things["category_elsewhere"]}),
    ),
    "DELETE /products/<uuid:product_id>": (Entry(MANAGER),),
    "GET /promotions": (Entry(MANAGER),),
    "GET /promotions/<uuid:promotion_id>": (Entry(MANAGER),),
    "POST /promotions": (Entry(MANAGER, answers(201), answers(404, 422), json=_promotion),),
    "PATCH /promotions/<uuid:promotion_id>": (
        Entry(MANAGER, json={"percentage": "20"}),
        Entry(MANAGER, answers(404, 422), json=lambda things: {"product_id": things["product_elsewhere"]}),
    ),
    "DELETE /promotions/<uuid:promotion_id>": (Entry(MANAGER, answers(200, 204)),),
    "GET /products/<uuid:product_id>/stock": (Entry(KITCHEN),),
    "PUT /products/<uuid:product_id>/stock": (Entry(MANAGER, json={"on_hand": 40}),),
    "POST /products/<uuid:product_id>/batches": (
        Entry(KITCHEN, answers(201), json={"units": 8, "label": "pizza"}),
    ),
    "GET /products/<uuid:product_id>/stock/movements": (Entry(KITCHEN),),
    "PUT /products/<uuid:product_id>/image": (Entry(MANAGER, data=a_picture("green")),),
    "GET /images/<image_hash>": (Entry(),),
    # carts
    "POST /carts": (Entry(own=answers(201)),),
    "GET /carts/<uuid:cart_id>": (Entry(),),
    "DELETE /carts/<uuid:cart_id>": (Entry(own=answers(204)),),
    "POST /carts/<uuid:cart_id>/items": (
        Entry(json=lambda things: {"product_id": things["product_id"], "quantity": 1}),
        Entry(own=answers(422), json=_strange_product),
    ),
    "PATCH /carts/<uuid:cart_id>/items/<uuid:product_id>": (Entry(json={"quantity": 3}),),
    "DELETE /carts/<uuid:cart_id>/items/<uuid:product_id>": (Entry(),),
    # orders
    "POST /orders/checkout": (
        Entry(own=answers(201), foreign=answers(422), json=_order),
        Entry(own=answers(201), foreign=answers(404, 422), json=_cart),
        Entry(
            own=answers(422),
            foreign=answers(422),
            json=lambda things: {"items": [*_order(things)["items"], _strange_product(things)]},
        ),
    ),
    "GET /orders": (Entry(KITCHEN), Entry(KITCHEN, query={"status": "AWAITING_PAYMENT"})),
    "GET /orders/<uuid:order_id>": (Entry(),),
    "POST /orders/<uuid:order_id>/cancel": (Entry(own=answers(202)),),
    "PATCH /orders/<uuid:order_id>/status": (Entry(KITCHEN, json={"status": "IN_PREPARATION"}),),
    "DELETE /orders/<uuid:order_id>": (Entry(MANAGER, answers(202)),),
    "GET /orders/<uuid:order_id>/timeline": (Entry(MANAGER),),
    # clients
    "POST /clients": (Entry(own=answers(201), json={"cpf": "168.995.350-09", "name": "Nova"}),),
    "GET /clients/cpf/<private:cpf>": (Entry(),),
    "GET /clients": (Entry(MANAGER),),
    "GET /clients/<uuid:client_id>": (Entry(MANAGER),),
    "GET /clients/<uuid:client_id>/orders": (Entry(MANAGER),),
    "DELETE /clients/<uuid:client_id>": (Entry(MANAGER, answers(204)),),
    # who looks on; of a stream, the first thing that is told
    "GET /board": (Entry(),),
    "GET /board/events": (Entry(),),
    "GET /orders/<uuid:order_id>/events": (Entry(),),
    "GET /kitchen/events": (Entry(KITCHEN),),
    # the document
    "GET /openapi.json": (Entry(public=True),),
    "GET /docs": (Entry(),),
    "GET /docs/static/start.js": (Entry(),),
    "GET /docs/static/swagger-ui.css": (Entry(),),
    "GET /docs/static/swagger-ui-bundle.js": (Entry(),),
    # the process
    "GET /health": (Entry(),),
    "GET /health/live": (Entry(),),
    "GET /health/ready": (Entry(),),
    "GET /metrics": (Entry(),),
}

PAYMENTS: dict[str, tuple[Entry, ...]] = {
    "GET /payments": (
        Entry(MANAGER),
        Entry(query=lambda things: {"order_id": things["order_id"]}, foreign=answers(200)),
    ),
    "POST /payments": (
        # The order is paid: another attempt is refused for that, and not for who asks.
        Entry(own=answers(409), json=lambda things: {"order_id": things["order_id"], "method": "pix"}),
    ),
    "GET /payments/<uuid:payment_id>": (Entry(),),
    "GET /payments/card": (Entry(query=lambda things: {"order_id": things["order_id"]}),),
    "GET /payments/card/<file>": (Entry(foreign=answers(200)),),
    "GET /payments/<uuid:payment_id>/qr.<any(svg, png):kind>": (Entry(),),
    "GET /payments/<uuid:payment_id>/refunds": (Entry(MANAGER),),
    "POST /payments/<uuid:payment_id>/refunds": (Entry(MANAGER, answers(202), json={"amount": "1.00"}),),
    "GET /payments/account": (Entry(MANAGER),),
    "PUT /payments/account": (
        Entry(
            MANAGER,
            json={
                "access_token": "APP_USR-1-700",
                "webhook_secret": "not-to-be-guessed",
                "public_key": "APP_USR-2",
            },
        ),
    ),
    "DELETE /payments/account": (Entry(MANAGER, answers(204)),),
    "GET /payments/refunds": (Entry(MANAGER),),
    # Nothing here is signed by the provider.
    "POST /payments/webhook": (Entry(own=answers(401), json={"type": "payment"}),),
    "GET /health": (Entry(),),
    "GET /health/live": (Entry(),),
    "GET /health/ready": (Entry(),),
    "GET /metrics": (Entry(),),
}

ENTRIES = {"orders_service": ORDERS, "payment_service": PAYMENTS}
