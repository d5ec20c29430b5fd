import pytest

from orders_service.domain.shelf import LARGEST_STOCK
from tests.builders.orders_service import a_product

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


class Stock:
    """The stock of one product, as the manager keeps it."""

    def __init__(self, shop, name="calabresa", path=None):
        self.http, self.manager, self.kitchen = shop.http, shop.manager, shop.kitchen
        self.path = path or f"/products/{shop.product(name)['id']}"

    def put(self, headers=None, **body):
        return self.http.put(f"{self.path}/stock", json=body, headers={**self.manager, **(headers or {})})

    def open(self, headers=None, **body):
        body = body or {"units": 8, "label": "pizza calabresa 2"}
        return self.http.post(f"{self.path}/batches", json=body, headers={**self.kitchen, **(headers or {})})

    def show(self):
        return self.http.get(f"{self.path}/stock", headers=self.kitchen)

    def movements(self, query=""):
        return self.http.get(f"{self.path}/stock/movements{query}", headers=self.kitchen)


@pytest.fixture
def stock(shop):
    return Stock(shop)


def errors(answer):
    assert answer.status_code == 422, answer.json
    return set(answer.json["errors"])


class TestCounting:
    def test_sets_what_is_on_hand(self, stock):
        answer = stock.put(on_hand=40, low_at=5)
        assert answer.status_code == 200
        assert answer.json == stock.show().json
        told = {name: answer.json[name] for name in ("on_hand", "reserved", "available", "sold", "wasted")}
        assert told == {"on_hand": 40, "reserved": 0, "available": 40, "sold": 0, "wasted": 0}
        assert (answer.json["counted"], answer.json["low_at"], answer.json["low"]) == (True, 5, False)

    def test_says_who_why_and_when(self, stock):
        stock.put(on_hand=20, reason="adjusted", note="  contagem de sexta ")
        (newest, *_older) = stock.movements().json["items"]
        assert newest["at"].endswith("Z")
        told = {name: newest[name] for name in ("reason", "delta", "order_id", "note", "by")}
        assert told == {
            "reason": "adjusted",
            "delta": -4,
            "order_id": None,
            "note": "contagem de sexta",
            "by": "gerente",
        }

    def test_is_refused_below_what_is_reserved(self, shop, stock):
        shop.order("calabresa", 4)
        answer = stock.put(on_hand=3)
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/below-reserved")
        assert (answer.json["on_hand"], answer.json["reserved"]) == (24, 4)
        assert stock.put(on_hand=4).json["available"] == 0

    def test_counts_a_product_from_then_on(self, shop):
        with shop.uow() as uow:
            product = a_product(counted=False, name="Por enquanto à vontade")
            uow.products.add(product)
            uow.commit()
        stock = Stock(shop, "à vontade")
        assert stock.show().json["counted"] is False
        assert stock.show().json["available"] is None
        before = shop.checkout((shop.product("à vontade"), 9))
        assert stock.put(on_hand=1).json["available"] == 1
        assert shop.checkout((shop.product("à vontade"), 2)).status_code == 409
        assert before.status_code == 201

    def test_marks_what_is_low(self, shop, stock):
        stock.put(on_hand=24, low_at=20)
        assert stock.show().json["low"] is False
        shop.order("calabresa", 4)
        assert stock.show().json["low"] is True
        assert stock.put(on_hand=24).json["low_at"] == 20
        assert stock.put(on_hand=24, low_at=None).json["low"] is False

    def test_of_what_changed_meanwhile_is_refused_to_whom_says_what_they_saw(self, stock):
        seen = stock.show().headers["ETag"]
        stock.open()
        assert stock.put(on_hand=40, headers={"If-Match": seen}).status_code == 412
        newer = stock.show().headers["ETag"]
        assert stock.put(on_hand=40, headers={"If-Match": newer}).headers["ETag"] == '"40"'

    def test_waste_only_lowers(self, stock):
        assert stock.put(on_hand=22, reason="wasted").json["wasted"] == 2
        answer = stock.put(on_hand=23, reason="wasted")
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/waste-only-lowers")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "on_hand"),
            ({"on_hand": -1}, "on_hand"),
            ({"on_hand": LARGEST_STOCK + 1}, "on_hand"),
            ({"on_hand": 10**30}, "on_hand"),
            ({"on_hand": 1.5}, "on_hand"),
            ({"on_hand": "40"}, "on_hand"),
            ({"on_hand": True}, "on_hand"),
            ({"on_hand": None}, "on_hand"),
            ({"on_hand": 1, "reason": "consumed"}, "reason"),
            ({"on_hand": 1, "reason": "batch"}, "reason"),
            ({"on_hand": 1, "reason": None}, "reason"),
            ({"on_hand": 1, "low_at": -1}, "low_at"),
            ({"on_hand": 1, "note": "x" * 141}, "note"),
            ({"on_hand": 1, "note": "a\x00b"}, "note"),
            ({"on_hand": 1, "reserved": 0}, "reserved"),
        ],
    )
    def test_names_what_is_wrong(self, stock, body, field):
        assert errors(stock.put(**body)) == {field}
        assert stock.show().json["on_hand"] == 24


class TestOpeningBatches:
    def test_sells_their_units(self, shop, stock):
        answer = stock.open()
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"{stock.path}/stock"
        batch = answer.json
        assert (batch["units"], batch["label"], batch["opened_by"]) == (8, "pizza calabresa 2", "cozinha")
        assert batch["opened_at"].endswith("Z")
        assert shop.product("calabresa")["available"] == 32
        assert stock.show().json["batches"][0] == batch

    def test_once_for_each_idempotency_key(self, stock):
        first, again = (stock.open(headers={"Idempotency-Key": "k"}) for _ in range(2))
        assert again.json == first.json
        assert again.headers["Idempotency-Replayed"] == "true"
        assert stock.show().json["on_hand"] == 32

    def test_ends_at_what_can_be_counted(self, stock):
        stock.put(on_hand=LARGEST_STOCK)
        answer = stock.open()
        assert (answer.status_code, answer.json["type"]) == (409, "/problems/too-much-stock")

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"units": 0, "label": "x"}, "units"),
            ({"units": 10_000, "label": "x"}, "units"),
            ({"units": "8", "label": "x"}, "units"),
            ({"units": 8}, "label"),
            ({"units": 8, "label": ""}, "label"),
            ({"units": 8, "label": "  "}, "label"),
            ({"units": 8, "label": None}, "label"),
            ({"units": 8, "label": "x" * 141}, "label"),
        ],
    )
    def test_names_what_is_wrong(self, stock, body, field):
        assert errors(stock.open(**body)) == {field}
        assert stock.show().json["on_hand"] == 24


class TestTheBook:
    def test_explains_what_was_sold_and_what_was_wasted(self, shop, stock):
        for _ in range(2):
            order = shop.paid_order("calabresa", 3)
            shop.advance(order, "IN_PREPARATION")
        for _ in range(2):
            shop.http.delete(f"/orders/{order['id']}", headers=shop.manager)
        shown = stock.show().json
        assert (shown["on_hand"], shown["sold"], shown["wasted"]) == (18, 3, 3)
        moved = stock.movements().json["items"]
        assert [(one["reason"], one["delta"]) for one in moved[:4]] == [
            ("consumed", 3),
            ("wasted", -3),
            ("consumed", -3),
            ("consumed", -3),
        ]
        assert {one["order_id"] for one in moved[:3]} == {order["id"]}
        assert sum(one["delta"] for one in moved) == 18

    def test_comes_in_pages(self, stock):
        for number in range(30, 35):
            stock.put(on_hand=number)
        every = stock.movements("?limit=200").json["items"]
        seen, path = [], "?limit=3"
        while path:
            page = stock.movements(path).json
            seen += page["items"]
            path = page["next"] and f"?limit=3&cursor={page['next']}"
        assert seen == every
        assert errors(stock.movements("?cursor=xyz")) == {"cursor"}


class TestWhoMay:
    def test_the_kitchen_opens_batches_but_counts_nothing(self, stock):
        answer = stock.http.put(f"{stock.path}/stock", json={"on_hand": 1}, headers=stock.kitchen)
        assert answer.status_code == 403
        assert stock.open(headers=stock.manager).status_code == 201

    @pytest.mark.parametrize(
        ("verb", "path"),
        [("GET", "stock"), ("PUT", "stock"), ("POST", "batches"), ("GET", "stock/movements")],
    )
    def test_nobody_without_a_token_nor_through_another_store(self, shop, stock, verb, path):
        body = {"on_hand": 1} if verb == "PUT" else {"units": 1, "label": "x"} if verb == "POST" else None
        where = f"{stock.path}/{path}"
        assert stock.http.open(where, method=verb, json=body).status_code == 401
        nowhere = f"/products/{NOBODY}/{path}"
        assert stock.http.open(nowhere, method=verb, json=body, headers=stock.manager).status_code == 404
        shop.open_other_store()
        other = shop.http.post(
            "/stores/other/auth/token", json={"username": "gerente", "password": "gerente"}
        ).json["access_token"]
        theirs = {"Authorization": f"Bearer {other}"}
        assert stock.http.open(where, method=verb, json=body, headers=theirs).status_code == 403
        foreign = f"/stores/other{where}"
        assert stock.http.open(foreign, method=verb, json=body, headers=theirs).status_code == 404
