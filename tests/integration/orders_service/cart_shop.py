"""A shop with words for what its customers do with carts, and for what happens on its menu meanwhile."""

from copy import copy

import sqlalchemy as sa

from orders_service.infrastructure.database import idempotency_keys
from orders_service.infrastructure.models.product_model import products, stock
from orders_service.infrastructure.repositories.cart_repository import CartRepository
from orders_service.infrastructure.repositories.redis_cart_repository import RedisCartRepository
from tests.integration.orders_service.conftest import Shop

PROBLEM = "application/problem+json"


class CartShop(Shop):
    def customer(self):
        """The same shop, for one more person at a time."""
        customer = copy(self)
        customer.http = self.app.test_client()
        return customer

    @property
    def keeper(self):
        """Where the carts are, for what no customer can do."""
        settings, database = self.container.settings, self.container.database
        if settings.redis_url is None:
            return CartRepository(database, settings.cart_lifetime)
        return RedisCartRepository(settings.redis_url, settings.cart_lifetime)

    def open_cart(self, path="/carts", **request):
        return self.http.post(path, **request)

    def cart(self, *items):
        """The id of a new cart with so many of each product."""
        cart_id = self.open_cart().json["id"]
        for product, quantity in items:
            assert self.add(cart_id, product["id"], quantity).status_code == 200
        return cart_id

    def look(self, cart_id):
        return self.http.get(f"/carts/{cart_id}")

    def add(self, cart_id, product_id, quantity=1, headers=None, **more):
        body = {"product_id": product_id, "quantity": quantity, **more}
        return self.http.post(f"/carts/{cart_id}/items", json=body, headers=headers or {})

    def set(self, cart_id, product, quantity):
        return self.http.patch(f"/carts/{cart_id}/items/{product['id']}", json={"quantity": quantity})

    def take_out(self, cart_id, product):
        return self.http.delete(f"/carts/{cart_id}/items/{product['id']}")

    def check_out(self, cart_id, headers=None, **more):
        return self.http.post("/orders/checkout", json={"cart_id": cart_id, **more}, headers=headers or {})

    def reprice(self, product, price):
        self._write(sa.update(products).where(products.c.id == product["id"]).values(price=price))

    def retire(self, product):
        self._write(sa.update(products).where(products.c.id == product["id"]).values(active=False))

    def leave(self, product, units):
        """So many units of the product can be had."""
        on_hand = stock.c.reserved + units
        self._write(sa.update(stock).where(stock.c.product_id == product["id"]).values(on_hand=on_hand))

    def forget_answers(self):
        """The stored answers are lost, as if the process had died before it stored them."""
        self._write(sa.delete(idempotency_keys))

    def _write(self, statement):
        with self.uow() as uow:
            uow.connection.execute(statement)
            uow.commit()


def changes(answer):
    """What is news of each item."""
    assert answer.status_code == 200
    return [item["changed"] for item in answer.json["items"]]


def quantities(answer):
    assert answer.status_code == 200
    return {item["product_id"]: item["quantity"] for item in answer.json["items"]}


def problem(answer):
    """(status, slug) of an answer that is a problem."""
    assert answer.mimetype == PROBLEM
    return answer.status_code, answer.json["type"].removeprefix("/problems/")
