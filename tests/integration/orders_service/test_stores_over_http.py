from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.orders_service import CATEGORIES

CENTRO = {"slug": "centro", "name": "Comanda Centro", "time_zone": "America/Manaus"}
MONDAY_EVENING = [{"weekday": "monday", "opens": "18:00", "closes": "02:00"}]


@pytest.fixture
def admin(shop):
    return shop.token("admin")


@pytest.fixture
def found(shop, admin):
    return lambda **fields: shop.http.post("/stores", json={**CENTRO, **fields}, headers=admin)


def test_an_admin_founds_a_store(shop, found):
    answer = found()
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/stores/centro"
    assert answer.headers["ETag"] == '"1"'
    assert answer.json == {
        **CENTRO,
        "categories": list(CATEGORIES),
        "open_now": True,
        "opens_at": None,
        "opening_hours": [],
        "payment_deadline_seconds": None,
    }
    seen = shop.http.get("/stores/centro")
    assert (seen.json, seen.headers["ETag"]) == (answer.json, '"1"')
    assert shop.http.get("/stores/centro/categories").json["items"] == list(CATEGORIES)
    assert shop.http.get("/stores/centro/products").json["items"] == []


def test_a_new_store_is_founded_once_however_often_it_is_asked_for(shop, admin):
    headers = {**admin, "Idempotency-Key": "one"}
    first, again = (shop.http.post("/stores", json=CENTRO, headers=headers) for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    other = shop.http.post("/stores", json=CENTRO, headers=admin)
    assert (other.status_code, other.json["type"]) == (409, "/problems/slug-taken")


def test_stores_are_listed_by_slug_for_anyone(shop, found):
    found()
    first = shop.http.get("/stores?limit=1").json
    second = shop.http.get("/stores", query_string={"limit": 1, "cursor": first["next"]}).json
    assert [one["slug"] for one in first["items"] + second["items"]] == ["centro", "default"]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"slug": "Centro"}, "slug"),
        ({"slug": "centro\n"}, "slug"),
        ({"slug": "a" * 65}, "slug"),
        ({"slug": None}, "slug"),
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": 3}, "time_zone"),
        ({"categories": []}, "categories"),
        ({"categories": ["a", "a"]}, "categories"),
        ({"categories": ["a/b"]}, "categories"),
        ({"categories": [" a"]}, "categories"),
        ({"categories": "lanche"}, "categories"),
        ({"payment_deadline_seconds": 0}, "payment_deadline_seconds"),
        ({"payment_deadline_seconds": 86_401}, "payment_deadline_seconds"),
        ({"payment_deadline_seconds": "60"}, "payment_deadline_seconds"),
        ({"opening_hours": {}}, "opening_hours"),
        ({"opening_hours": MONDAY_EVENING * 51}, "opening_hours"),
        ({"opening_hours": [{"weekday": "monday", "opens": "24:00", "closes": "2:00"}]}, "opening_hours"),
        ({"opening_hours": [{"weekday": "segunda", "opens": "18:00", "closes": 2}]}, "opening_hours"),
        ({"version": 3}, "version"),
    ],
)
def test_what_makes_no_sense_is_named_by_field(found, fields, wrong):
    answer = found(**fields)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [wrong]


def test_its_own_manager_and_an_admin_change_a_store(shop, found, admin):
    found()
    changes = {"name": "Comanda Nova", "payment_deadline_seconds": 60, "opening_hours": MONDAY_EVENING}
    for headers, path in ((shop.manager, "/stores/default"), (admin, "/stores/centro")):
        answer = shop.http.patch(path, json=changes, headers=headers)
        assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
        assert changes.items() <= answer.json.items()
        assert shop.http.get(path).json == answer.json


def test_what_was_changed_can_be_changed_back(shop, admin):
    shop.http.patch("/stores/default", json={"payment_deadline_seconds": 60}, headers=admin)
    answer = shop.http.patch("/stores/default", json={"payment_deadline_seconds": None}, headers=admin)
    assert answer.json["payment_deadline_seconds"] is None


def test_a_slug_never_changes(shop):
    answer = shop.http.patch("/stores/default", json={"slug": "outra"}, headers=shop.manager)
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["slug"])


def test_whoever_has_not_seen_the_last_change_changes_nothing(shop):
    seen = shop.http.get("/stores/default").headers["ETag"]
    headers = {**shop.manager, "If-Match": seen}
    assert shop.http.patch("/stores/default", json={"name": "Um"}, headers=headers).status_code == 200
    answer = shop.http.patch("/stores/default", json={"name": "Dois"}, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (412, "/problems/precondition-failed")
    assert shop.http.get("/stores/default").json["name"] == "Um"


def test_a_category_with_products_stays(shop):
    answer = shop.http.patch("/stores/default", json={"categories": ["lanche"]}, headers=shop.manager)
    assert (answer.status_code, answer.json["type"]) == (409, "/problems/category-in-use")
    assert answer.json["categories"] == ["acompanhamento", "bebida", "sobremesa"]


def test_a_store_that_is_not_there_is_404(shop, admin):
    for answer in (shop.http.get("/stores/x"), shop.http.patch("/stores/x", json={}, headers=admin)):
        assert (answer.status_code, answer.json["type"]) == (404, "/problems/store-not-found")


def test_a_closed_store_takes_no_order_and_says_when_it_opens(shop, clock):
    shop.http.patch("/stores/default", json={"opening_hours": MONDAY_EVENING}, headers=shop.manager)
    coffee = shop.product("Café")
    closed = shop.checkout((coffee, 1))
    assert (closed.status_code, closed.json["type"]) == (409, "/problems/store-closed")
    assert closed.json["opens_at"] == "2026-11-23T21:00:00Z"
    store = shop.http.get("/stores/default").json
    assert (store["open_now"], store["opens_at"]) == (False, "2026-11-23T21:00:00.000Z")

    clock.now = datetime(2026, 11, 24, 4, 59, tzinfo=UTC)
    assert shop.checkout((coffee, 1)).status_code == 201
    clock.now += timedelta(minutes=1)
    assert shop.checkout((coffee, 1)).status_code == 409


def test_an_order_waits_for_its_payment_as_long_as_its_store_says(shop):
    def seconds():
        order = shop.order("Café")
        created, expires = (datetime.fromisoformat(order[one]) for one in ("created_at", "expires_at"))
        return (expires - created).total_seconds()

    assert seconds() == 900
    shop.http.patch("/stores/default", json={"payment_deadline_seconds": 60}, headers=shop.manager)
    assert seconds() == 60
