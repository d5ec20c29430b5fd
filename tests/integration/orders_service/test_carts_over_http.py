from dataclasses import replace
from datetime import timedelta

import pytest

from orders_service.domain.promotion import Percentage
from tests.builders.orders_service import a_cart_item, a_product, a_promotion
from tests.fakes.orders_service.composed import composed
from tests.integration.orders_service.cart_shop import PROBLEM, CartShop, changes, problem, quantities

NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"
KEY = {"Idempotency-Key": "one"}


@pytest.fixture(params=["database", "redis"])
def shop(request, sqlite_url, clock):
    """A shop whose carts are kept in each of the places that there are."""
    redis_url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    container = composed(sqlite_url, clock, redis_url=redis_url)
    yield CartShop(container, clock)
    container.database.dispose()


@pytest.fixture
def burger(shop):
    """24.90 each, not counted."""
    return shop.product("X-Salada")


@pytest.fixture
def slices(shop):
    """11.90 each, 24 of them."""
    return shop.product("calabresa")


class TestOpening:
    def test_a_new_cart_is_empty_and_found_where_the_answer_says(self, shop):
        answer = shop.open_cart()
        assert answer.status_code == 201
        cart = answer.json
        assert answer.headers["Location"] == f"/carts/{cart['id']}"
        assert cart == {
            "id": cart["id"],
            "items": [],
            "subtotal": "0.00",
            "discount": "0.00",
            "total": "0.00",
            "expires_at": cart["expires_at"],
        }
        assert shop.http.get(answer.headers["Location"]).json == cart

    def test_a_cart_below_a_stores_path_is_found_there(self, shop):
        location = shop.open_cart("/stores/default/carts").headers["Location"]
        assert location.startswith("/stores/default/carts/")
        assert shop.http.get(location).status_code == 200

    def test_an_empty_object_is_as_good_as_no_body(self, shop):
        assert shop.open_cart(json={}).status_code == 201

    @pytest.mark.parametrize(
        ("request_", "status"),
        [
            ({"json": {"items": []}}, 422),
            ({"json": {"id": NOBODY}}, 422),
            ({"json": []}, 422),
            ({"data": b"{", "content_type": "application/json"}, 400),
            ({"data": b"\xff", "content_type": "application/json"}, 400),
            ({"data": b"{}", "content_type": "text/plain"}, 415),
            ({"data": b"x" * 300_000, "content_type": "application/json"}, 413),
        ],
    )
    def test_any_other_body_is_refused(self, shop, request_, status):
        answer = shop.open_cart(**request_)
        assert (answer.status_code, answer.mimetype) == (status, PROBLEM)

    def test_the_same_key_gives_the_same_cart(self, shop):
        first, again = shop.open_cart(headers=KEY), shop.open_cart(headers=KEY)
        assert (again.status_code, again.json) == (201, first.json)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert problem(shop.open_cart(headers=KEY, json={})) == (422, "idempotency-key-reused")
        assert shop.open_cart().json["id"] != first.json["id"]


class TestAdding:
    def test_what_is_added_is_shown_as_the_contract_says(self, shop, burger):
        cart_id = shop.cart()
        answer = shop.add(cart_id, burger["id"], 2, notes="sem cebola")
        assert answer.status_code == 200
        assert answer.json == {
            "id": cart_id,
            "items": [
                {
                    "product_id": burger["id"],
                    "name": "X-Salada",
                    "quantity": 2,
                    "notes": "sem cebola",
                    "unit_price": "24.90",
                    "total": "49.80",
                    "available": None,
                    "changed": None,
                }
            ],
            "subtotal": "49.80",
            "discount": "0.00",
            "total": "49.80",
            "expires_at": answer.json["expires_at"],
        }
        assert shop.look(cart_id).json == answer.json

    def test_it_comes_to_what_is_there(self, shop, burger, slices):
        cart_id = shop.cart((burger, 2), (slices, 1), (burger, 3))
        assert quantities(shop.look(cart_id)) == {burger["id"]: 5, slices["id"]: 1}
        assert shop.look(cart_id).json["total"] == "136.40"

    def test_the_same_key_adds_once(self, shop, burger):
        cart_id = shop.cart()
        first, again = [shop.add(cart_id, burger["id"], 2, headers=KEY) for _ in range(2)]
        assert again.json == first.json
        assert again.headers["Idempotency-Replayed"] == "true"
        assert quantities(shop.look(cart_id)) == {burger["id"]: 2}
        assert problem(shop.add(cart_id, burger["id"], 3, headers=KEY)) == (422, "idempotency-key-reused")

    def test_the_same_key_adds_once_also_where_its_answer_was_never_stored(self, shop, burger):
        """As after a crash between the two, or where two processes have the same request."""
        cart_id = shop.cart()
        shop.add(cart_id, burger["id"], 2, headers=KEY)
        shop.forget_answers()
        assert quantities(shop.add(cart_id, burger["id"], 2, headers=KEY)) == {burger["id"]: 2}

    @pytest.mark.parametrize("product_id", [NOBODY, "nothing", ""])
    def test_what_the_store_does_not_sell_is_named(self, shop, product_id):
        answer = shop.add(shop.cart(), product_id)
        assert problem(answer) == (422, "unknown-product")
        assert answer.json["product_ids"] == [product_id]

    def test_what_another_store_sells_is_unknown(self, shop):
        shop.open_other_store()
        with shop.uow() as uow:
            foreign = a_product(store="other", counted=False)
            uow.products.add(foreign)
            uow.commit()
        assert problem(shop.add(shop.cart(), foreign.id)) == (422, "unknown-product")

    def test_what_was_retired_is_unknown(self, shop, burger):
        shop.retire(burger)
        assert problem(shop.add(shop.cart(), burger["id"])) == (422, "unknown-product")

    def test_what_is_sold_out_is_refused_with_numbers(self, shop, slices):
        cart_id = shop.cart((slices, 2))
        shop.leave(slices, 0)
        answer = shop.add(cart_id, slices["id"], 1)
        assert problem(answer) == (409, "insufficient-stock")
        assert answer.json["shortages"] == [{"product_id": slices["id"], "requested": 3, "available": 0}]
        assert quantities(shop.look(cart_id)) == {slices["id"]: 2}

    def test_more_than_there_is_is_shown_as_short(self, shop, slices):
        answer = shop.add(shop.cart(), slices["id"], 25)
        assert changes(answer) == ["short"]
        assert answer.json["items"][0]["available"] == 24

    def test_nothing_is_reserved(self, shop, slices):
        shop.cart((slices, 20))
        assert shop.product("calabresa")["available"] == 24

    def test_the_sum_has_the_bound_of_an_order(self, shop, burger):
        cart_id = shop.cart((burger, 9_999))
        assert problem(shop.add(cart_id, burger["id"])) == (422, "quantity-too-large")

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, {"product_id", "quantity"}),
            ({"product_id": "x"}, {"quantity"}),
            ({"product_id": 7, "quantity": 1}, {"product_id"}),
            ({"product_id": "x" * 65, "quantity": 1}, {"product_id"}),
            ({"product_id": "a\x00b", "quantity": 1}, {"product_id"}),
            ({"product_id": "x", "quantity": 0}, {"quantity"}),
            ({"product_id": "x", "quantity": -1}, {"quantity"}),
            ({"product_id": "x", "quantity": 10_000}, {"quantity"}),
            ({"product_id": "x", "quantity": 1.5}, {"quantity"}),
            ({"product_id": "x", "quantity": "1"}, {"quantity"}),
            ({"product_id": "x", "quantity": True}, {"quantity"}),
            ({"product_id": "x", "quantity": None}, {"quantity"}),
            ({"product_id": "x", "quantity": 1, "notes": "x" * 141}, {"notes"}),
            ({"product_id": "x", "quantity": 1, "notes": 7}, {"notes"}),
            ({"product_id": "x", "quantity": 1, "unit_price": "0.01"}, {"unit_price"}),
        ],
    )
    def test_a_bad_body_is_refused_by_field(self, shop, body, fields):
        answer = shop.http.post(f"/carts/{shop.cart()}/items", json=body)
        assert problem(answer) == (422, "validation-error")
        assert set(answer.json["errors"]) == fields


class TestChanging:
    def test_a_quantity_is_set(self, shop, burger):
        cart_id = shop.cart((burger, 2))
        assert quantities(shop.set(cart_id, burger, 7)) == {burger["id"]: 7}
        assert quantities(shop.look(cart_id)) == {burger["id"]: 7}

    @pytest.mark.parametrize("quantity", [0, -1, 10_000, "1", 1.5, None, True])
    def test_what_is_no_quantity_is_refused(self, shop, burger, quantity):
        answer = shop.set(shop.cart((burger, 2)), burger, quantity)
        assert problem(answer) == (422, "validation-error")
        assert list(answer.json["errors"]) == ["quantity"]

    def test_of_what_is_sold_out_there_may_be_less_but_not_more(self, shop, slices):
        cart_id = shop.cart((slices, 3))
        shop.leave(slices, 0)
        assert problem(shop.set(cart_id, slices, 4)) == (409, "insufficient-stock")
        assert quantities(shop.set(cart_id, slices, 1)) == {slices["id"]: 1}

    def test_a_product_is_taken_out(self, shop, burger, slices):
        cart_id = shop.cart((burger, 2), (slices, 1))
        assert quantities(shop.take_out(cart_id, burger)) == {slices["id"]: 1}
        assert problem(shop.take_out(cart_id, burger)) == (404, "not-in-cart")

    def test_a_quantity_of_what_is_not_in_the_cart_is_not_set(self, shop, burger):
        assert problem(shop.set(shop.cart(), burger, 1)) == (404, "not-in-cart")

    def test_a_cart_that_is_discarded_is_gone(self, shop, burger):
        cart_id = shop.cart((burger, 2))
        answer = shop.http.delete(f"/carts/{cart_id}")
        assert (answer.status_code, answer.data) == (204, b"")
        assert problem(shop.http.delete(f"/carts/{cart_id}")) == (404, "cart-not-found")
        assert problem(shop.look(cart_id)) == (404, "cart-not-found")


def every_verb(shop, cart_id, product, prefix=""):
    path = f"{prefix}/carts/{cart_id}"
    item = {"product_id": product["id"], "quantity": 1}
    yield shop.http.get(path)
    yield shop.http.post(f"{path}/items", json=item)
    yield shop.http.patch(f"{path}/items/{product['id']}", json={"quantity": 1})
    yield shop.http.delete(f"{path}/items/{product['id']}")
    yield shop.http.post(f"{prefix}/orders/checkout", json={"cart_id": cart_id})
    yield shop.http.delete(path)


class TestNotFinding:
    def test_a_cart_that_never_was_is_not_found(self, shop, burger):
        answers = every_verb(shop, NOBODY, burger)
        assert {problem(answer) for answer in answers} == {(404, "cart-not-found")}

    def test_another_stores_cart_is_not_found(self, shop, burger):
        shop.open_other_store()
        cart_id = shop.cart((burger, 2))
        answers = every_verb(shop, cart_id, burger, "/stores/other")
        assert {problem(answer) for answer in answers} == {(404, "cart-not-found")}
        assert quantities(shop.look(cart_id)) == {burger["id"]: 2}

    @pytest.mark.parametrize("cart_id", ["1", "nothing", "%00", NOBODY + "0"])
    def test_what_is_no_id_is_not_found(self, shop, cart_id):
        assert problem(shop.look(cart_id))[0] == 404

    def test_a_product_that_is_no_id_is_not_found(self, shop):
        assert problem(shop.take_out(shop.cart(), {"id": "nothing"}))[0] == 404


class TestTelling:
    def test_another_price_is_told_once_and_counts_at_once(self, shop, burger):
        cart_id = shop.cart((burger, 2))
        shop.reprice(burger, 3000)
        first = shop.look(cart_id)
        assert changes(first) == ["price"]
        assert (first.json["items"][0]["unit_price"], first.json["total"]) == ("30.00", "60.00")
        assert changes(shop.look(cart_id)) == [None]

    def test_another_price_is_told_with_a_change_of_the_cart_and_not_again(self, shop, burger, slices):
        cart_id = shop.cart((burger, 2))
        shop.reprice(burger, 3000)
        assert changes(shop.add(cart_id, slices["id"])) == ["price", None]
        assert changes(shop.look(cart_id)) == [None, None]

    def test_to_look_does_not_prolong_a_cart(self, shop, burger):
        cart_id = shop.cart((burger, 2))
        until = shop.look(cart_id).json["expires_at"]
        shop.reprice(burger, 3000)
        assert shop.look(cart_id).json["expires_at"] == until
        assert shop.look(cart_id).json["expires_at"] == until

    def test_what_is_short_or_sold_out_is_told_for_as_long_as_it_is(self, shop, slices):
        cart_id = shop.cart((slices, 5))
        shop.leave(slices, 4)
        assert [changes(shop.look(cart_id)) for _ in range(2)] == [["short"], ["short"]]
        shop.leave(slices, 0)
        assert [changes(shop.look(cart_id)) for _ in range(2)] == [["sold_out"], ["sold_out"]]
        shop.leave(slices, 5)
        assert changes(shop.look(cart_id)) == [None]

    def test_what_was_retired_is_sold_out(self, shop, burger):
        cart_id = shop.cart((burger, 1))
        shop.retire(burger)
        answer = shop.look(cart_id)
        assert changes(answer) == ["sold_out"]
        assert answer.json["items"][0]["available"] == 0
        assert quantities(shop.take_out(cart_id, burger)) == {}

    def test_a_promotion_comes_off_while_it_runs_and_its_end_is_told(self, shop, burger):
        cart_id = shop.cart((burger, 3))
        with shop.uow() as uow:
            uow.promotions.add(a_promotion(product=a_product(burger["id"]), reduction=Percentage(1_000)))
            uow.commit()
        running = shop.look(cart_id)
        assert changes(running) == ["price"]
        assert running.json["items"][0]["unit_price"] == "24.90"
        sums = [running.json[name] for name in ("subtotal", "discount", "total")]
        assert sums == ["74.70", "7.47", "67.23"]
        shop.clock.now += timedelta(hours=1)
        ended = shop.look(cart_id)
        assert changes(ended) == ["price"]
        assert (ended.json["discount"], ended.json["total"]) == ("0.00", "74.70")
        assert changes(shop.look(cart_id)) == [None]


class TestCheckingOut:
    def test_the_order_is_what_the_cart_said(self, shop, burger, slices):
        cart_id = shop.cart((slices, 2))
        shop.add(cart_id, burger["id"], 1, notes="sem cebola")
        cart = shop.look(cart_id).json
        answer = shop.check_out(cart_id, payment={"method": "card"})
        assert answer.status_code == 201
        order = answer.json
        assert answer.headers["Location"] == f"/orders/{order['id']}"
        for name in ("subtotal", "discount", "total"):
            assert order[name] == cart[name]
        shown = ("product_id", "name", "quantity", "notes", "unit_price", "total")
        assert order["items"] == [{name: item[name] for name in shown} for item in cart["items"]]
        assert shop.product("calabresa")["available"] == 22

    def test_a_cart_is_gone_once_an_order_was_made_of_it(self, shop, burger):
        cart_id = shop.cart((burger, 2))
        order = shop.check_out(cart_id).json
        answers = list(every_verb(shop, cart_id, burger))
        at_the_till = answers.pop(4)
        assert {problem(answer) for answer in answers} == {(404, "cart-not-found")}
        assert problem(at_the_till) == (409, "cart-used")
        assert at_the_till.json["order_id"] == order["id"]

    def test_a_cart_that_a_crash_left_behind_makes_no_second_order(self, shop, burger, slices):
        cart_id = shop.cart((slices, 2))
        keeper = shop.keeper
        left = keeper.get("default", cart_id).cart
        order = shop.check_out(cart_id).json
        keeper.add(left)
        answer = shop.check_out(cart_id)
        assert (problem(answer), answer.json["order_id"]) == ((409, "cart-used"), order["id"])
        assert problem(shop.look(cart_id)) == (404, "cart-not-found")
        assert problem(shop.add(cart_id, burger["id"])) == (404, "cart-not-found")
        assert shop.product("calabresa")["available"] == 22

    def test_the_same_key_gives_the_same_order(self, shop, slices):
        cart_id = shop.cart((slices, 2))
        first, again = shop.check_out(cart_id, KEY), shop.check_out(cart_id, KEY)
        assert (again.status_code, again.json) == (201, first.json)
        assert again.headers["Idempotency-Replayed"] == "true"
        assert shop.product("calabresa")["available"] == 22

    def test_the_same_key_with_another_cart_is_refused(self, shop, burger):
        shop.check_out(shop.cart((burger, 1)), KEY)
        assert problem(shop.check_out(shop.cart((burger, 1)), KEY)) == (422, "idempotency-key-reused")

    def test_a_refused_checkout_leaves_the_cart(self, shop, slices):
        cart_id = shop.cart((slices, 25))
        answer = shop.check_out(cart_id, KEY)
        assert problem(answer) == (409, "insufficient-stock")
        assert answer.json["shortages"] == [{"product_id": slices["id"], "requested": 25, "available": 24}]
        assert quantities(shop.look(cart_id)) == {slices["id"]: 25}
        shop.set(cart_id, slices, 24)
        assert shop.check_out(cart_id, KEY).status_code == 201

    def test_what_was_retired_meanwhile_is_named(self, shop, burger):
        cart_id = shop.cart((burger, 1))
        shop.retire(burger)
        answer = shop.check_out(cart_id)
        assert problem(answer) == (422, "unknown-product")
        assert answer.json["product_ids"] == [burger["id"]]

    def test_an_empty_cart_is_no_order(self, shop):
        assert problem(shop.check_out(shop.cart())) == (422, "cart-empty")

    @pytest.mark.parametrize("cart_id", ["nothing", "", 7, None, [], NOBODY + "0"])
    def test_what_is_no_id_is_refused_by_field(self, shop, cart_id):
        answer = shop.check_out(cart_id)
        assert problem(answer) == (422, "validation-error")
        assert list(answer.json["errors"]) == ["cart_id"]

    def test_items_and_a_cart_do_not_go_together(self, shop, burger):
        items = [{"product_id": burger["id"], "quantity": 1}]
        answer = shop.check_out(shop.cart((burger, 1)), items=items)
        assert problem(answer) == (422, "validation-error")
        assert list(answer.json["errors"]) == ["cart_id"]

    def test_an_order_of_items_has_no_cart(self, shop, burger):
        first, second = shop.checkout((burger, 1)), shop.checkout((burger, 1))
        assert (first.status_code, second.status_code) == (201, 201)


@pytest.mark.parametrize("shop", ["database"], indirect=True)
def test_a_cart_lives_for_two_hours_after_its_last_change(shop, burger):
    cart_id = shop.cart((burger, 1))
    assert shop.look(cart_id).json["expires_at"] == "2026-11-21T14:00:00.000Z"
    shop.clock.now += timedelta(hours=1)
    assert shop.look(cart_id).json["expires_at"] == "2026-11-21T14:00:00.000Z"
    assert shop.set(cart_id, burger, 2).json["expires_at"] == "2026-11-21T15:00:00.000Z"
    shop.clock.now += timedelta(hours=2)
    answers = every_verb(shop, cart_id, burger)
    assert {problem(answer) for answer in answers} == {(404, "cart-not-found")}


def test_a_cart_lives_for_as_long_as_the_settings_say(sqlite_url, clock):
    container = composed(sqlite_url, clock, cart_ttl_seconds=60)
    shop = CartShop(container, clock)
    assert shop.open_cart().json["expires_at"] == "2026-11-21T12:01:00.000Z"
    container.database.dispose()


@pytest.mark.parametrize("shop", ["database"], indirect=True)
def test_expired_carts_are_purged(shop):
    shop.cart()
    shop.clock.now += timedelta(hours=2)
    (purge,) = [loop for loop in shop.container.loops if loop.name == "orders-purge"]
    assert [purge.step(), purge.step()] == [1, 0]


def test_a_cart_survives_a_restart(shop, burger):
    cart_id = shop.cart((burger, 2))
    settings = shop.container.settings
    again = composed(settings.database_url, shop.clock, redis_url=settings.redis_url)
    assert quantities(CartShop(again, shop.clock).look(cart_id)) == {burger["id"]: 2}
    again.database.dispose()


def test_a_cart_of_products_that_are_nowhere_shows_none_of_them(shop):
    """As after the database was restored from a copy that is older than the cart."""
    cart_id = shop.cart()
    kept = shop.keeper.get("default", cart_id)
    shop.keeper.save(kept, replace(kept.cart, items=(a_cart_item(),)), renews=True)
    assert quantities(shop.look(cart_id)) == {}
    assert problem(shop.check_out(cart_id)) == (422, "unknown-product")
