"""Among very much that is past, what customers and the kitchen ask for is found by an index."""

import pytest
import sqlalchemy as sa

from orders_service.entrypoints.rest.app import create_app
from orders_service.infrastructure.models.cart_model import carts
from orders_service.infrastructure.models.order_model import (
    order_history,
    order_lines,
    order_payments,
    orders,
    reservations,
)
from orders_service.infrastructure.models.people_model import clients, staff, stores
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.infrastructure.models.promotion_model import promotions
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE, rows_of_promotions_that_are_over
from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.plans import Questions

MANY = 5000


@pytest.fixture
def container(database_url):
    container = composed(database_url)
    yield container
    container.database.dispose()


def past_orders(order_ids):
    common = {"store": STORE, "method": "pix", "discount": 0, "total": 5980, "currency": "BRL", "version": 5}
    common |= {"created_at": NOON, "deadline": NOON, "goods_used": False, "nudges": 0, "status": "FINISHED"}
    return [common | {"id": order_id, "number": f"A{n}"} for n, order_id in enumerate(order_ids)]


def what_belongs_to(order_ids, product_id):
    held = {"product_id": product_id, "quantity": 2, "store": STORE}
    line = held | {"position": 0, "name": "Água", "unit_price": 2990}
    step = {"position": 0, "store": STORE, "status": "FINISHED", "at": NOON}
    payment = {"store": STORE, "attempt": 1, "status": "APPROVED", "method": "pix", "amount": 5980}
    payment |= {"sequence": 2, "kept": True, "refunded": 0, "code_sequence": 1}
    return {
        order_lines: [line | {"order_id": one} for one in order_ids],
        order_history: [step | {"order_id": one} for one in order_ids],
        reservations: [held | {"order_id": one, "state": "CONSUMED"} for one in order_ids],
        order_payments: [payment | {"order_id": one, "id": new_id()} for one in order_ids],
    }


def a_long_menu():
    common = {"store": STORE, "description": "", "price": 1000, "counted": True, "active": True}
    return [
        common | {"id": new_id(), "name": f"Prato {n}", "category": f"c{n % 50}", "searchable": f"prato {n}"}
        for n in range(MANY)
    ]


def people():
    stores_ = [
        {"slug": f"loja-{n}", "name": "Loja", "time_zone": "America/Sao_Paulo", "categories": []}
        for n in range(MANY)
    ]
    clients_ = [{"id": new_id(), "store": STORE, "name": "Ana", "cpf_digest": new_id()} for _ in range(MANY)]
    cooks = [
        {"store": STORE, "username": f"ana-{n}", "password_hash": "", "role": "kitchen"} for n in range(MANY)
    ]
    return {stores: stores_, clients: clients_, staff: cooks}


def left_carts():
    common = {"store": STORE, "content": {"items": [], "requests": []}, "version": 1, "expires_at": NOON}
    return [common | {"id": new_id()} for _ in range(MANY)]


def fill(container, product_id):
    """Long tables, of which the database knows that they are."""
    order_ids, menu = [new_id() for _ in range(MANY)], a_long_menu()
    shelves = [{"product_id": one["id"], "store": STORE, "on_hand": 9, "reserved": 0} for one in menu]
    rows = people() | {products: menu, stock: shelves, orders: past_orders(order_ids)}
    rows[carts] = left_carts()
    rows[promotions] = rows_of_promotions_that_are_over(MANY)
    with container.database.transaction() as transaction:
        for table, values in (rows | what_belongs_to(order_ids, product_id)).items():
            transaction.connection.execute(sa.insert(table), values)
        transaction.connection.exec_driver_sql("ANALYZE")
        transaction.commit()


def test_nothing_that_customers_or_the_kitchen_ask_for_has_a_whole_table_read(container):
    http = create_app(container).test_client()
    menu = [one["id"] for one in http.get("/products?limit=200").json["items"] if one["available"]]
    signed_in = http.post("/auth/token", json={"username": "cozinha", "password": "cozinha"}).json
    kitchen = {"Authorization": f"Bearer {signed_in['access_token']}"}
    fill(container, menu[0])
    questions = Questions(container.database)

    items = [{"product_id": one, "quantity": 1} for one in menu[:3]]
    placed = http.post("/orders/checkout", json={"items": items})
    shown = [
        http.get(f"/orders/{placed.json['id']}"),
        http.get("/orders", headers=kitchen),
        http.get("/products"),
        http.get("/products?available=true"),
        http.get("/products/category/lanche"),
    ]

    assert [answer.status_code for answer in (placed, *shown)] == [201, 200, 200, 200, 200, 200]
    assert questions.full_scans() == []


def test_nothing_that_is_done_with_a_cart_has_a_whole_table_read(container):
    http = create_app(container).test_client()
    menu = [one["id"] for one in http.get("/products?limit=200").json["items"] if one["available"]]
    fill(container, menu[0])
    questions = Questions(container.database)

    cart = http.post("/carts").json
    added = [
        http.post(f"/carts/{cart['id']}/items", json={"product_id": one, "quantity": 1}) for one in menu[:3]
    ]
    shown = http.get(f"/carts/{cart['id']}")
    placed = http.post("/orders/checkout", json={"cart_id": cart["id"]})
    again = http.post("/orders/checkout", json={"cart_id": cart["id"]})

    assert [answer.status_code for answer in (*added, shown, placed, again)] == [200, 200, 200, 200, 201, 409]
    assert questions.full_scans() == []
