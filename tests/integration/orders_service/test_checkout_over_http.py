import json
from datetime import timedelta

import pytest

from servicekit.ids import new_id
from tests.builders.orders_service import ANA, a_product


def post(shop, raw, content_type="application/json", **options):
    return shop.http.post("/orders/checkout", data=raw, content_type=content_type, **options)


def test_an_order_is_placed_as_the_contract_says(shop):
    product = shop.product("X-Salada")
    answer = shop.http.post(
        "/orders/checkout",
        json={
            "items": [{"product_id": product["id"], "quantity": 2, "notes": "sem cebola"}],
            "client": {"cpf": ANA},
            "payment": {"method": "pix"},
        },
    )
    assert answer.status_code == 201
    order = answer.json
    assert answer.headers["Location"] == f"/orders/{order['id']}"
    assert order == {
        "id": order["id"],
        "number": order["number"],
        "store": "default",
        "status": "AWAITING_PAYMENT",
        "items": [
            {
                "product_id": product["id"],
                "name": "X-Salada",
                "quantity": 2,
                "unit_price": "24.90",
                "total": "49.80",
                "notes": "sem cebola",
            }
        ],
        "subtotal": "49.80",
        "discount": "0.00",
        "total": "49.80",
        "currency": "BRL",
        "client": {"id": order["client"]["id"], "name": "Ana"},
        "payment": None,
        "history": [{"status": "AWAITING_PAYMENT", "at": "2026-11-21T12:00:00.000Z"}],
        "created_at": "2026-11-21T12:00:00.000Z",
        "expires_at": "2026-11-21T12:15:00.000Z",
        "cancellation_reason": None,
        "version": 1,
    }
    assert shop.show(order) == order


def test_an_order_below_a_stores_path_is_found_there(shop):
    product = shop.product("X-Salada")
    body = {"items": [{"product_id": product["id"], "quantity": 1}]}
    answer = shop.http.post("/stores/default/orders/checkout", json=body)
    assert answer.headers["Location"] == f"/stores/default/orders/{answer.json['id']}"
    assert shop.http.get(answer.headers["Location"]).status_code == 200


def test_the_same_product_twice_is_summed(shop):
    product = shop.product("X-Salada")
    (item,) = shop.checkout((product, 1), (product, 2)).json["items"]
    assert item["quantity"] == 3


def test_empty_notes_are_none(shop):
    product = shop.product("X-Salada")
    items = [{"product_id": product["id"], "quantity": 1, "notes": "  "}]
    assert shop.http.post("/orders/checkout", json={"items": items}).json["items"][0]["notes"] is None


def test_a_card_order_waits_for_its_card(shop):
    answer = shop.checkout((shop.product("X-Salada"), 1), payment={"method": "card"})
    assert answer.status_code == 201
    assert answer.json["payment"] is None


def test_what_is_reserved_is_no_longer_available(shop):
    shop.checkout((shop.product("calabresa"), 20))
    assert shop.product("calabresa")["available"] == 4


def test_stock_short_by_one_is_told_with_numbers_and_nothing_is_reserved(shop):
    pizza, coxinha = shop.product("calabresa"), shop.product("coxinha")
    answer = shop.checkout((coxinha, 40), (pizza, 25))
    assert answer.status_code == 409
    assert answer.json["type"] == "/problems/insufficient-stock"
    assert answer.json["shortages"] == [{"product_id": pizza["id"], "requested": 25, "available": 24}]
    assert shop.product("coxinha")["available"] == 40
    assert shop.product("calabresa")["available"] == 24


class TestIdempotency:
    def test_the_same_key_and_body_give_the_same_order(self, shop):
        product, key = shop.product("calabresa"), {"Idempotency-Key": "one"}
        first = shop.checkout((product, 1), headers=key)
        again = shop.checkout((product, 1), headers=key)
        assert again.status_code == 201
        assert again.json == first.json
        assert again.headers["Location"] == first.headers["Location"]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert shop.product("calabresa")["available"] == 23

    def test_the_same_key_with_another_body_is_refused(self, shop):
        product, key = shop.product("calabresa"), {"Idempotency-Key": "one"}
        shop.checkout((product, 1), headers=key)
        assert shop.checkout((product, 2), headers=key).status_code == 422
        assert shop.product("calabresa")["available"] == 23

    def test_a_refusal_is_not_kept(self, shop):
        product, key = shop.product("calabresa"), {"Idempotency-Key": "one"}
        assert shop.checkout((product, 25), headers=key).status_code == 409
        assert shop.checkout((product, 1), headers=key).status_code == 201

    def test_a_key_is_forgotten_after_a_day(self, shop):
        product, key = shop.product("calabresa"), {"Idempotency-Key": "one"}
        first = shop.checkout((product, 1), headers=key)
        shop.clock.now += timedelta(hours=25)
        assert shop.checkout((product, 1), headers=key).json["id"] != first.json["id"]


class TestRefusals:
    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b'{"items": [}',
            b"\xff\xfe",
            b'{"items": "\xe9"}',
            b'{"items": NaN}',
            b"[" * 50_000 + b"]" * 50_000,
            b'{"a":' * 30_000 + b"1" + b"}" * 30_000,
            b"[]",
            b"null",
            b'"text"',
        ],
        ids=range(11),
    )
    def test_a_broken_body_is_refused(self, shop, raw):
        answer = post(shop, raw)
        assert answer.status_code in {400, 422}
        assert answer.mimetype == "application/problem+json"

    def test_broken_json_and_utf_8_are_malformed(self, shop):
        assert post(shop, b"{").status_code == 400
        assert post(shop, b"\xff").status_code == 400
        assert post(shop, b"[" * 50_000 + b"]" * 50_000).status_code == 400

    def test_a_body_of_two_megabytes_is_too_large(self, shop):
        answer = post(shop, json.dumps({"items": "x" * 2_000_000}).encode())
        assert answer.status_code == 413
        assert answer.mimetype == "application/problem+json"

    @pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
    def test_another_media_type_is_refused(self, shop, content_type):
        answer = post(shop, b"{}", content_type)
        assert answer.status_code == 415
        assert answer.mimetype == "application/problem+json"

    @pytest.mark.parametrize(
        "quantity", ["0", "-1", "1.5", '"x"', '"1"', "true", "1e9", "10000", "null", "[]", "1" + "0" * 400]
    )
    def test_a_quantity_that_is_none_is_refused(self, shop, quantity):
        product = shop.product("X-Salada")
        raw = f'{{"items": [{{"product_id": "{product["id"]}", "quantity": {quantity}}}]}}'
        answer = post(shop, raw.encode())
        assert answer.status_code == 422
        assert "quantity" in answer.json["errors"]["items"]["0"]

    @pytest.mark.parametrize(
        ("change", "where"),
        [
            ({"items": []}, "items"),
            ({"items": {}}, "items"),
            ({"items": None}, "items"),
            ({"total": "0.01"}, "total"),
            ({"status": "RECEIVED"}, "status"),
            ({"store": "other"}, "store"),
            ({"cart_id": new_id()}, "cart_id"),
            ({"client": {"cpf": "111.111.111-11"}}, "client"),
            ({"client": {"cpf": "529.982.247-26"}}, "client"),
            ({"client": {"cpf": 52998224725}}, "client"),
            ({"client": {"cpf": "5" * 10_000}}, "client"),
            ({"client": {"name": "Ana"}}, "client"),
            ({"client": {}}, "client"),
            ({"payment": {"method": "cash"}}, "payment"),
            ({"payment": {"method": "pix", "token": "secret"}}, "payment"),
            ({"payment": None}, "payment"),
        ],
    )
    def test_what_the_contract_does_not_say_is_refused(self, shop, change, where):
        product = shop.product("X-Salada")
        body = {"items": [{"product_id": product["id"], "quantity": 1}], **change}
        answer = shop.http.post("/orders/checkout", json=body)
        assert answer.status_code == 422
        assert list(answer.json["errors"]) == [where]

    @pytest.mark.parametrize(
        "extra",
        [
            {"unit_price": "0.01"},
            {"price": 1},
            {"name": "X"},
            {"notes": "x" * 141},
            {"notes": "a\x00b"},
            {"notes": "a\x1bb"},
            {"notes": 7},
        ],
    )
    def test_an_item_is_no_more_than_the_contract_says(self, shop, extra):
        product = shop.product("X-Salada")
        items = [{"product_id": product["id"], "quantity": 1, **extra}]
        answer = shop.http.post("/orders/checkout", json={"items": items})
        assert answer.status_code == 422
        assert list(answer.json["errors"]["items"]["0"]) == list(extra)

    def test_half_a_surrogate_pair_in_a_note_is_refused(self, shop):
        product = shop.product("X-Salada")
        raw = f'{{"items": [{{"product_id": "{product["id"]}", "quantity": 1, "notes": "\\ud800"}}]}}'
        assert post(shop, raw.encode()).status_code == 422

    def test_a_missing_field_is_named(self, shop):
        assert "items" in shop.http.post("/orders/checkout", json={}).json["errors"]
        answer = shop.http.post("/orders/checkout", json={"items": [{}]})
        assert set(answer.json["errors"]["items"]["0"]) == {"product_id", "quantity"}

    @pytest.mark.parametrize("product_id", ["0190e5e0-0000-7000-8000-000000000000", "nothing"])
    def test_an_unknown_product_is_named(self, shop, product_id):
        answer = shop.checkout(({"id": product_id}, 1))
        assert answer.status_code == 422
        assert answer.json["type"] == "/problems/unknown-product"
        assert answer.json["product_ids"] == [product_id]

    def test_a_product_of_another_store_is_unknown(self, shop):
        shop.open_other_store()
        product = shop.product("X-Salada")
        body = {"items": [{"product_id": product["id"], "quantity": 1}]}
        assert shop.http.post("/stores/other/orders/checkout", json=body).status_code == 422

    def test_an_unregistered_cpf_is_an_unknown_client(self, shop):
        answer = shop.checkout((shop.product("X-Salada"), 1), client={"cpf": "111.444.777-35"})
        assert answer.status_code == 422
        assert answer.json["type"] == "/problems/unknown-client"
        assert "111" not in answer.text.replace(answer.json["instance"], "")

    def test_too_many_of_one_product_are_refused_also_when_summed(self, shop):
        product = shop.product("X-Salada")
        answer = shop.checkout((product, 9_999), (product, 1))
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/quantity-too-large")

    def test_an_order_that_nobody_could_pay_is_refused(self, shop):
        with shop.uow() as uow:
            dear = a_product(price=100_011, counted=False)
            uow.products.add(dear)
            uow.commit()
        answer = shop.checkout(({"id": dear.id}, 9_999))
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/total-too-large")
