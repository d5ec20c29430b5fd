from datetime import timedelta

import pytest

from servicekit.ids import new_id

UNKNOWN = "0190e5e0-0000-7000-8000-000000000000"
WINDOW = {"starts_at": "2026-11-21T12:00:00Z", "ends_at": "2026-11-21T14:00:00Z"}
HAPPY_HOUR = {"name": "Happy hour", "category": "lanche", "percentage": "12.5", **WINDOW}


def without(*names):
    return {name: value for name, value in HAPPY_HOUR.items() if name not in names}


@pytest.fixture
def manager(shop):
    return shop.manager


@pytest.fixture
def add(shop, manager):
    def add(body=None, **changes):
        return shop.http.post("/promotions", json={**(body or HAPPY_HOUR), **changes}, headers=manager)

    return add


@pytest.fixture
def promotion(add):
    return add().json


@pytest.fixture
def edit(shop, manager, promotion):
    def edit(if_match=None, **changes):
        headers = {**manager, **({"If-Match": if_match} if if_match is not None else {})}
        return shop.http.patch(f"/promotions/{promotion['id']}", json=changes, headers=headers)

    return edit


def manager_of_other(shop):
    body = {"username": "gerente", "password": "gerente"}
    answer = shop.http.post("/stores/other/auth/token", json=body)
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def listed(shop, manager, **query):
    return shop.http.get("/promotions", query_string=query, headers=manager).json


class TestShowing:
    def test_one_is_shown_with_the_version_that_an_edit_has_to_see(self, shop, manager, promotion, edit):
        answer = shop.http.get(f"/promotions/{promotion['id']}", headers=manager)
        assert (answer.status_code, answer.json) == (200, promotion)
        assert edit(answer.headers["ETag"], name="Fim de tarde").status_code == 200
        assert edit(answer.headers["ETag"], name="Noite").status_code == 412

    def test_one_that_is_not_there_is_not_found(self, shop, manager):
        assert shop.http.get(f"/promotions/{UNKNOWN}", headers=manager).status_code == 404


class TestAdding:
    def test_a_promotion_is_answered_as_it_is_kept(self, shop, manager, add):
        answer = add()
        assert answer.status_code == 201
        assert answer.json == {
            "id": answer.json["id"],
            "name": "Happy hour",
            "product_id": None,
            "category": "lanche",
            "percentage": "12.50",
            "amount": None,
            "starts_at": "2026-11-21T12:00:00.000Z",
            "ends_at": "2026-11-21T14:00:00.000Z",
            "version": 1,
        }
        assert answer.headers["Location"] == f"/promotions/{answer.json['id']}"
        assert answer.headers["ETag"] == '"1"'
        assert listed(shop, manager) == {"items": [answer.json], "next": None}

    def test_it_may_take_an_amount_off_one_product(self, shop, add):
        product = shop.product("X-Salada")
        wanted = {"product_id": product["id"].upper(), "category": None, "amount": 5, "percentage": None}
        answer = add(**wanted)
        assert answer.status_code == 201
        assert {name: answer.json[name] for name in wanted} == {
            "product_id": product["id"],
            "category": None,
            "amount": "5.00",
            "percentage": None,
        }

    @pytest.mark.parametrize(
        ("written", "instant"),
        [
            ("2026-11-21T10:00:00", "2026-11-21T13:00:00.000Z"),  # São Paulo, where the store is
            ("2026-11-21T10:00", "2026-11-21T13:00:00.000Z"),
            ("2026-11-21T10:00:00.5", "2026-11-21T13:00:00.500Z"),
            ("2026-11-21T10:00:00-02:00", "2026-11-21T12:00:00.000Z"),
            ("2026-11-21t12:00:00z", "2026-11-21T12:00:00.000Z"),
            ("2018-11-04T00:30", "2018-11-04T03:30:00.000Z"),  # a night without that half hour
            ("2018-02-17T23:30", "2018-02-18T01:30:00.000Z"),  # a night that had it twice: the first
        ],
    )
    def test_a_time_without_an_offset_is_the_stores_own(self, add, written, instant):
        answer = add(starts_at=written)
        assert (answer.status_code, answer.json["starts_at"]) == (201, instant)

    @pytest.mark.parametrize("percentage", [100, "100.00", 100.0, "0.01", 0.01, 12.5, "7"])
    def test_a_percentage_is_above_nothing_and_at_most_everything(self, add, percentage):
        answer = add(percentage=percentage)
        assert (answer.status_code, float(answer.json["percentage"])) == (201, float(percentage))

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"name": ""}, {"name"}),
            ({"name": "   "}, {"name"}),
            ({"name": "x" * 101}, {"name"}),
            ({"name": "a\u0000b"}, {"name"}),
            ({"name": None}, {"name"}),
            ({"name": 7}, {"name"}),
            ({"product_id": UNKNOWN}, {"product_id", "category"}),
            ({"category": None}, {"product_id", "category"}),
            ({"category": ""}, {"category"}),
            ({"category": ["lanche"]}, {"category"}),
            ({"product_id": "X-Salada", "category": None}, {"product_id"}),
            ({"amount": "1.00"}, {"percentage", "amount"}),
            ({"percentage": None}, {"percentage", "amount"}),
            ({"category": None, "percentage": None}, {"product_id", "category", "percentage", "amount"}),
            *(
                ({"percentage": percentage}, {"percentage"})
                for percentage in (0, "0", -1, "-5", 100.01, "100.01", "12.345", 0.001, "x", "", True, "1e1")
            ),
            *(({"percentage": percentage}, {"percentage"}) for percentage in ([], {}, "NaN", "10%", 10**30)),
            *(
                ({"percentage": None, "amount": amount}, {"amount"})
                for amount in (0, "0.00", -1, "0.001", 0.005, "x", True, 10**30, "10000000.00", "1,00")
            ),
            *(
                ({"starts_at": time}, {"starts_at"})
                for time in (
                    None,
                    0,
                    1795262400,
                    "",
                    "now",
                    "2026-11-21",
                    "2026-11-21T25:00:00Z",
                    "2026-11-21T12:00:60Z",
                    "2026-02-29T12:00:00Z",
                    "20261121T120000Z",
                    "2026-W47-6T12:00:00Z",
                    "2026-11-21 12:00:00Z",
                    "2026-11-21T12:00:00.1234567Z",
                    "2026-11-21T12:00:00+99:00",
                    "2026-11-21T12:00:00[UTC]",
                    "1999-12-31T23:59:59Z",
                    "0001-01-01T00:00:00+14:00",
                    "9999-12-31T23:59:59-14:00",
                    "٢٠٢٦-11-21T12:00:00Z",
                )
            ),
            ({"ends_at": "2026-11-21T12:00:00Z"}, {"ends_at"}),
            ({"ends_at": "2026-11-21T08:00:00"}, {"ends_at"}),
            ({"ends_at": "3000-01-01T00:00:00Z"}, {"ends_at"}),
            ({"id": UNKNOWN}, {"id"}),
            ({"active": True}, {"active"}),
            ({"version": 7}, {"version"}),
        ],
    )
    def test_what_makes_no_sense_is_refused_field_by_field(self, shop, manager, add, change, wrong):
        answer = add(**change)
        assert answer.status_code == 422
        assert answer.mimetype == "application/problem+json"
        assert set(answer.json["errors"]) == wrong
        assert listed(shop, manager)["items"] == []

    @pytest.mark.parametrize("missing", ["name", "starts_at", "ends_at"])
    def test_what_is_missing_is_named(self, add, missing):
        answer = add(without(missing))
        assert (answer.status_code, list(answer.json["errors"])) == (422, [missing])

    @pytest.mark.parametrize(
        ("raw", "content_type", "status"),
        [
            (b"{", "application/json", 400),
            (b"\xff", "application/json", 400),
            (b"[]", "application/json", 422),
            (b"name=x", "application/x-www-form-urlencoded", 415),
            (b" " * 300_000, "application/json", 413),
        ],
    )
    def test_a_body_that_is_none_is_refused(self, shop, manager, raw, content_type, status):
        answer = shop.http.post("/promotions", data=raw, content_type=content_type, headers=manager)
        assert answer.status_code == status

    def test_what_it_is_for_has_to_be_in_this_store(self, shop, add):
        shop.open_other_store()
        product = shop.product("X-Salada")
        nowhere = add(without("category"), product_id=UNKNOWN)
        assert (nowhere.status_code, nowhere.json["type"]) == (422, "/problems/unknown-product")
        assert nowhere.json["product_ids"] == [UNKNOWN]
        sushi = add(category="sushi")
        assert (sushi.status_code, sushi.json["type"]) == (422, "/problems/unknown-category")
        foreign = shop.http.post(
            "/stores/other/promotions",
            json=without("category") | {"product_id": product["id"]},
            headers=manager_of_other(shop),
        )
        assert (foreign.status_code, foreign.json["type"]) == (422, "/problems/unknown-product")

    def test_the_same_key_gives_the_same_promotion(self, shop, manager):
        headers = {**manager, "Idempotency-Key": "one"}
        first, again = (shop.http.post("/promotions", json=HAPPY_HOUR, headers=headers) for _ in range(2))
        assert (again.status_code, again.json) == (201, first.json)
        assert len(listed(shop, manager)["items"]) == 1


class TestWhoMay:
    @pytest.mark.parametrize(
        ("verb", "path"),
        [
            ("GET", "/promotions"),
            ("POST", "/promotions"),
            ("PATCH", f"/promotions/{UNKNOWN}"),
            ("DELETE", f"/promotions/{UNKNOWN}"),
        ],
    )
    def test_it_is_the_managers_of_this_store_alone(self, shop, manager, verb, path):
        shop.open_other_store()
        assert shop.http.open(path, method=verb).status_code == 401
        assert shop.http.open(path, method=verb, headers=shop.kitchen).status_code == 403
        assert shop.http.open(f"/stores/other{path}", method=verb, headers=manager).status_code == 403

    def test_another_stores_promotion_is_not_there(self, shop, promotion):
        shop.open_other_store()
        theirs = manager_of_other(shop)
        path = f"/stores/other/promotions/{promotion['id']}"
        assert shop.http.patch(path, json={"name": "x"}, headers=theirs).status_code == 404
        assert shop.http.delete(path, headers=theirs).status_code == 404
        assert shop.http.get("/stores/other/promotions", headers=theirs).json["items"] == []


class TestListing:
    def test_they_come_newest_first_in_pages(self, shop, manager, add):
        names = [add(name=f"Promoção {number}").json["name"] for number in range(5)]
        seen, cursor = [], None
        while cursor is not None or not seen:
            page = listed(shop, manager, limit=2, **({"cursor": cursor} if cursor else {}))
            seen += [one["name"] for one in page["items"]]
            cursor = page["next"]
        assert seen == names[::-1]

    @pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x"])
    def test_a_query_that_makes_no_sense_is_invalid(self, shop, manager, query):
        answer = shop.http.get(f"/promotions?{query}", headers=manager)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [query.partition("=")[0]])


class TestEditing:
    def test_what_is_named_is_changed(self, shop, manager, promotion, edit):
        answer = edit(name="Outro", ends_at="2026-11-21T13:00:00Z")
        assert answer.status_code == 200
        assert answer.headers["ETag"] == '"2"'
        changed = {"name": "Outro", "ends_at": "2026-11-21T13:00:00.000Z", "version": 2}
        assert answer.json == {**promotion, **changed}
        assert listed(shop, manager)["items"] == [answer.json]

    def test_a_product_takes_the_place_of_a_category_and_an_amount_of_a_percentage(self, shop, edit):
        product = shop.product("X-Salada")
        answer = edit(product_id=product["id"], amount="1.00", percentage=None)
        assert (answer.json["product_id"], answer.json["category"]) == (product["id"], None)
        assert (answer.json["amount"], answer.json["percentage"]) == ("1.00", None)

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"category": None}, {"product_id", "category"}),
            ({"product_id": UNKNOWN, "category": "lanche"}, {"product_id", "category"}),
            ({"amount": None, "percentage": None}, {"percentage", "amount"}),
            ({"percentage": 0}, {"percentage"}),
            ({"starts_at": "2026-11-21T14:00:00Z"}, {"ends_at"}),
            ({"ends_at": None}, {"ends_at"}),
            ({"store": "other"}, {"store"}),
        ],
    )
    def test_what_makes_no_sense_is_refused_field_by_field(
        self, shop, manager, promotion, edit, change, wrong
    ):
        answer = edit(**change)
        assert (answer.status_code, set(answer.json["errors"])) == (422, wrong)
        assert listed(shop, manager)["items"] == [promotion]

    def test_its_new_target_has_to_be_in_the_store(self, edit):
        assert edit(product_id=UNKNOWN).json["type"] == "/problems/unknown-product"
        assert edit(category="sushi").json["type"] == "/problems/unknown-category"

    def test_whoever_saw_another_version_changes_nothing(self, shop, manager, edit):
        first = edit(if_match='"1"', name="Outro")
        assert first.status_code == 200
        late = edit(if_match='"1"', name="Mais um")
        assert (late.status_code, late.json["type"]) == (412, "/problems/precondition-failed")
        assert listed(shop, manager)["items"] == [first.json]

    def test_one_that_is_not_there_is_not_found(self, shop, manager):
        for promotion_id in (UNKNOWN, "x"):
            answer = shop.http.patch(f"/promotions/{promotion_id}", json={}, headers=manager)
            assert answer.status_code == 404


class TestRemoving:
    def test_it_is_gone(self, shop, manager, promotion):
        path = f"/promotions/{promotion['id']}"
        answer = shop.http.delete(path, headers=manager)
        assert (answer.status_code, answer.data) == (204, b"")
        assert listed(shop, manager)["items"] == []
        again = shop.http.delete(path, headers=manager)
        assert (again.status_code, again.json["type"]) == (404, "/problems/promotion-not-found")

    def test_whoever_saw_another_version_removes_nothing(self, shop, manager, promotion):
        headers = {**manager, "If-Match": '"7"'}
        assert shop.http.delete(f"/promotions/{promotion['id']}", headers=headers).status_code == 412
        assert listed(shop, manager)["items"] == [promotion]


class TestSelling:
    def test_what_is_shown_is_what_is_charged(self, shop, add):
        add(percentage="12.5")
        product = shop.product("X-Salada")
        assert (product["price"], product["promotional_price"]) == ("24.90", "21.79")  # 3.1125 are 3.11
        by_category = shop.http.get("/products/category/lanche?limit=200").json["items"]
        assert product in by_category
        assert shop.http.get(f"/products/{product['id']}").json == product
        order = shop.order(quantity=3)
        assert [order[name] for name in ("subtotal", "discount", "total")] == ["74.70", "9.33", "65.37"]
        (line,) = order["items"]
        assert (line["unit_price"], line["total"]) == ("24.90", "74.70")
        assert set(line) == {"product_id", "name", "quantity", "unit_price", "total", "notes"}

    def test_a_promotion_counts_from_its_start_until_just_before_its_end(self, shop, add, clock):
        add(starts_at="2026-11-21T12:00:00.001Z", ends_at="2026-11-21T12:00:01Z")
        told = []
        for wait in (0, 1, 998, 1):
            clock.now += timedelta(milliseconds=wait)
            told.append((shop.product("X-Salada")["promotional_price"], shop.order(quantity=1)["discount"]))
        assert told == [(None, "0.00"), ("21.79", "3.11"), ("21.79", "3.11"), (None, "0.00")]

    def test_an_order_keeps_what_it_was_placed_with(self, shop, manager, promotion, edit):
        order = shop.order()
        edit(percentage=50)
        assert shop.show(order) == order
        shop.http.delete(f"/promotions/{promotion['id']}", headers=manager)
        assert shop.show(order) == order
        assert shop.order()["discount"] == "0.00"

    def test_an_order_that_would_cost_nothing_is_refused(self, shop, add):
        add(percentage=100)
        product = shop.product("X-Salada")
        assert product["promotional_price"] == "0.00"
        answer = shop.checkout((product, 2))
        assert (answer.status_code, answer.json["type"]) == (422, "/problems/nothing-to-pay")
        juice = shop.product("Mate gelado")
        assert shop.checkout((product, 2), (juice, 1)).json["total"] == juice["price"]

    def test_a_kept_answer_stays_what_it_was_when_the_promotion_has_ended(self, shop, add, clock):
        add()
        key = {"Idempotency-Key": new_id()}
        product = shop.product("X-Salada")
        first = shop.checkout((product, 1), headers=key)
        clock.now += timedelta(hours=3)
        assert shop.checkout((product, 1), headers=key).json == first.json
        assert first.json["discount"] == "3.11"
