"""Two stores in both services, each full of things that bear its own word, so that a leak can be seen."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from PIL import Image

import orders_service.infrastructure.models
import payment_service.infrastructure.models
from orders_service.bootstrap import Container
from orders_service.domain.promotion import OneProduct, Percentage, Promotion
from orders_service.domain.staff import Role, Staff
from orders_service.entrypoints.live.live import Live, LiveTerms, make_live
from orders_service.entrypoints.rest.app import create_app as create_orders_app
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from servicekit.database.commits import Commits
from servicekit.ids import new_id
from servicekit.messaging.local_bus import LocalBus
from servicekit.messaging.relay import Relay
from tests.builders.orders_service import a_product, a_store
from tests.fakes.orders_service import composed as orders
from tests.fakes.payment_service import composed as payments
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway

WORDS = {"default": "arara", "other": "tucano"}
"""By store: it is in everything that the store calls by a name."""
PASSWORD = "uma frase bem longa"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

CPFS = {"default": ("52998224725", "11144477735"), "other": ("39053344705", "98765432100")}

Things = dict[str, str]
"""What the placeholders of a path stand for, by their names, and what a body may name."""


class World:
    """Both services over SQLite, with two customers in each of two stores."""

    def __init__(self, folder: Path) -> None:
        clock = orders.StoppedClock()
        urls = [f"sqlite:///{folder / name}.sqlite3" for name in ("orders", "payments")]
        self.gateway = FakePaymentGateway()
        self.orders = orders.composed(urls[0], clock, demo_data=False)
        self.payments = payments.composed(urls[1], clock, self.gateway, jwt_public_key=orders.PUBLIC_KEY)
        self.apps: dict[str, Flask] = {
            "orders_service": create_orders_app(self.orders, live_of(self.orders)),
            "payment_service": create_payments_app(self.payments),
        }
        self.databases = {"orders_service": self.orders.database, "payment_service": self.payments.database}
        for store in WORDS:
            self._open(store)
        self.things = {store: [self._plant(store, number) for number in (1, 2)] for store in WORDS}
        for store, elsewhere in zip(WORDS, reversed(WORDS), strict=True):
            for things, strange in zip(self.things[store], self.things[elsewhere], strict=True):
                things["product_elsewhere"] = strange["product_id"]
                things["category_elsewhere"] = strange["category"]
        self._pay_everything()
        self.canaries = {store: {word, *self._ids(store)} for store, word in WORDS.items()}

    def close(self) -> None:
        for database in self.databases.values():
            database.dispose()

    @contextmanager
    def undone(self, service: str) -> Iterator[sa.Connection]:
        """Whatever is written inside is taken back at the end: every call meets the same world."""
        with self.databases[service].transaction() as transaction:
            yield transaction.connection

    def _uow(self) -> OrdersUnitOfWork:
        return OrdersUnitOfWork(self.orders.database, self.orders.outbox)

    def _open(self, store: str) -> None:
        with self._uow() as uow:
            uow.stores.add(a_store(store))
            categories = {"categories": (_name(store, "pratos"),)}
            uow.stores.save(uow.stores.get(store).edited(categories, set()))
            uow.staff.add(_staff(store, "chefe", Role.MANAGER))
            uow.commit()

    def _plant(self, store: str, number: int) -> Things:
        category, username = _name(store, "pratos"), _name(store, f"cozinha{number}")
        words = {"name": _name(store, f"prato {number}"), "description": _name(store, "de sempre")}
        product = a_product(store=store, category=category, **words)
        promotion = Promotion(
            id=new_id(),
            store=store,
            name=_name(store, f"semana {number}"),
            target=OneProduct(product.id),
            reduction=Percentage(1000),
            starts_at=self._now(),
            ends_at=self._now().replace(month=12),
        )
        with self._uow() as uow:
            uow.staff.add(_staff(store, f"cozinha{number}", Role.KITCHEN))
            uow.products.add(product)
            uow.promotions.add(promotion)
            uow.commit()
        things = {
            "word": WORDS[store],
            "category": category,
            "username": username,
            "product_id": product.id,
            "promotion_id": promotion.id,
            "kind": "svg",
            "file": "card.css",
        }
        return {
            **things,
            **self._client_of(store, number),
            **self._order_of(store, product.id),
            **self._picture_of(store, product.id, number),
            **self._cart_of(store, product.id),
        }

    def _client_of(self, store: str, number: int) -> Things:
        cpf = CPFS[store][number - 1]
        body = {"cpf": cpf, "name": _name(store, f"cliente {number}"), "email": f"{WORDS[store]}@example.com"}
        answer = self.apps["orders_service"].test_client().post(f"/stores/{store}/clients", json=body)
        assert answer.status_code == 201, answer.text
        return {"client_id": answer.json["id"], "cpf": cpf}

    def _order_of(self, store: str, product_id: str) -> Things:
        http = self.apps["orders_service"].test_client()
        manager = self._sign_in(store)
        batch = {"units": 40, "label": _name(store, "fornada")}
        batches = f"/stores/{store}/products/{product_id}/batches"
        assert http.post(batches, json=batch, headers=manager).status_code == 201
        wanted = {"items": [{"product_id": product_id, "quantity": 2, "notes": _name(store, "sem sal")}]}
        answer = http.post(f"/stores/{store}/orders/checkout", json=wanted)
        assert answer.status_code == 201, answer.text
        return {"order_id": answer.json["id"]}

    def _picture_of(self, store: str, product_id: str, number: int) -> Things:
        http = self.apps["orders_service"].test_client()
        colour = ("red", "blue")[number - 1] if store == "other" else ("black", "white")[number - 1]
        path = f"/stores/{store}/products/{product_id}/image"
        answer = http.put(path, data=a_picture(colour), headers=self._sign_in(store))
        assert answer.status_code == 200, answer.text
        return {"image_hash": answer.json["image_url"].rpartition("/")[2]}

    def _cart_of(self, store: str, product_id: str) -> Things:
        http = self.apps["orders_service"].test_client()
        cart = http.post(f"/stores/{store}/carts").json["id"]
        wanted = {"product_id": product_id, "quantity": 1, "notes": _name(store, "sem sal")}
        answer = http.post(f"/stores/{store}/carts/{cart}/items", json=wanted)
        assert answer.status_code == 200, answer.text
        return {"cart_id": cart}

    def _sign_in(self, store: str) -> dict[str, str]:
        name = _name(store, "chefe")
        body = {"username": name, "password": name}
        answer = self.apps["orders_service"].test_client().post(f"/stores/{store}/auth/token", json=body)
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    def _pay_everything(self) -> None:
        """Let the services hear of each other, and every payer pay."""
        self._come_to_rest()
        http = self.apps["payment_service"].test_client()
        for store, planted in self.things.items():
            for things in planted:
                path = f"/stores/{store}/payments?order_id={things['order_id']}"
                (payment,) = http.get(path).json["items"]
                things["payment_id"] = payment["id"]
                self.gateway.pay(payment["provider_id"])
                notice = {"query_string": {"data.id": payment["provider_id"], "type": "payment"}}
                headers = payments.signed(payment["provider_id"], self._now())
                answer = http.post("/payments/webhook", json={}, headers=headers, **notice)
                assert answer.status_code == 200
        self._come_to_rest()
        for store, planted in self.things.items():
            for things in planted:
                order = (
                    self.apps["orders_service"]
                    .test_client()
                    .get(f"/stores/{store}/orders/{things['order_id']}")
                )
                assert order.json["status"] == "RECEIVED", order.text

    def _come_to_rest(self) -> None:
        bus = LocalBus({"order": self.payments.inbox, "payment": self.orders.inbox})
        relays = [Relay(one.database, one.outbox, bus) for one in (self.orders, self.payments)]
        working = ("inbox", "provider", "notices")
        loops = [
            loop
            for loop in (*self.orders.loops, *self.payments.loops)
            if any(word in loop.name for word in working)
        ]
        while sum([*(relay.step() for relay in relays), *(loop.step() for loop in loops)]):
            pass

    def _now(self):
        return orders.NOON

    def _ids(self, store: str) -> Iterator[str]:
        """Every id in every row of the store, in both services."""
        for name, models in (
            ("orders_service", orders_service.infrastructure.models),
            ("payment_service", payment_service.infrastructure.models),
        ):
            with self.databases[name].read() as connection:
                for table in models.metadata.tables.values():
                    if "store" in table.columns:
                        rows = connection.execute(sa.select(table).where(table.c.store == store))
                        yield from UUID.findall(repr(rows.all()))


class LooksAtOnce(Commits):
    """Has the reader of the streams look right where it is woken: in the transaction of the call."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[Callable[[], int]] = []

    def add(self) -> None:
        for look in self.looks:
            look()


def live_of(container: Container) -> Live:
    """Streams as the embedded run has them, in one thread."""
    wake = LooksAtOnce()
    live = make_live(container.usecases, container.public_url, LiveTerms(8, 15, wake))
    wake.looks.append(live.reader.step)
    return live


def a_picture(colour: str) -> bytes:
    """A small PNG of one colour."""
    written = BytesIO()
    Image.new("RGB", (40, 40), colour).save(written, "png")
    return written.getvalue()


def _name(store: str, what: str) -> str:
    return f"{WORDS[store]}-{what}"


def _staff(store: str, what: str, role: Role) -> Staff:
    name = _name(store, what)
    return Staff(store, name, f"hash of {name}", role)
