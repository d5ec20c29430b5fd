"""Products over HTTP, as a manager keeps them."""

import json

import pytest

from tests.builders.orders_service import CATEGORIES

PASTEL = {"name": "Pastel de feira", "description": "Queijo", "category": "lanche", "price": "12.00"}
UNKNOWN = "/products/0190e5e0-0000-7000-8000-000000000000"


@pytest.fixture
def manager(shop):
    return shop.manager


@pytest.fixture
def create(shop, manager):
    def create(path="/products", *, headers=None, **changes):
        return shop.http.post(path, json=PASTEL | changes, headers=manager | (headers or {}))

    return create


@pytest.fixture
def patch(shop, manager):
    def patch(product, *, headers=None, **changes):
        path = f"/products/{product['id']}"
        return shop.http.patch(path, json=changes, headers=manager | (headers or {}))

    return patch


def show(shop, product):
    return shop.http.get(f"/products/{product['id']}")


def found(shop, words):
    return [offer["name"] for offer in shop.http.get("/products", query_string={"q": words}).json["items"]]


def test_a_new_product_is_shown_and_for_sale(shop, create):
    answer = create()
    product = answer.json
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/products/{product['id']}"
    assert product == PASTEL | {
        "id": product["id"],
        "promotional_price": None,
        "available": None,
        "image_url": None,
        "active": True,
    }
    shown = show(shop, product)
    assert (shown.json, shown.headers["ETag"]) == (product, answer.headers["ETag"])
    assert shop.checkout((product, 1)).json["total"] == "12.00"


def test_a_counted_product_begins_with_none(shop, create):
    product = create(counted=True).json
    assert product["available"] == 0
    assert shop.checkout((product, 1)).status_code == 409


def test_a_product_is_created_in_the_store_of_the_path(shop, create):
    shop.open_other_store()
    assert create("/stores/other/products").status_code == 403
    answer = create("/stores/default/products")
    assert answer.headers["Location"] == f"/stores/default/products/{answer.json['id']}"


@pytest.mark.parametrize("price", ['"12.5"', '"12.50"', "12.5", "12.50"])
def test_a_price_is_text_or_number(shop, manager, price):
    body = json.dumps(PASTEL).replace('"12.00"', price)
    headers = manager | {"Content-Type": "application/json"}
    answer = shop.http.post("/products", data=body, headers=headers)
    assert answer.json["price"] == "12.50"


def test_a_repeated_creation_creates_once(create):
    key = {"Idempotency-Key": "pastel-1"}
    first, second = create(headers=key), create(headers=key)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (second.status_code, second.json) == (201, first.json)
    assert second.headers["Location"] == first.headers["Location"]
    assert create(headers=key, price="13.00").status_code == 422


def test_texts_are_kept_without_blanks_that_nobody_sees(create):
    product = create(name="  Pastel \n de  feira ", description=" ").json
    assert (product["name"], product["description"]) == ("Pastel de feira", "")


@pytest.mark.parametrize(
    ("member", "wrong"),
    [
        ("name", ""),
        ("name", " \n "),
        ("name", "x" * 101),
        ("name", "nul \x00"),
        ("name", None),
        ("name", 5),
        ("description", "x" * 501),
        ("description", None),
        ("category", None),
        ("category", "x" * 65),
        ("price", "-1.00"),
        ("price", -1),
        ("price", "12.001"),
        ("price", 12.001),
        ("price", "10000000.00"),
        ("price", 10**400),
        ("price", "doze"),
        ("price", "12,00"),
        ("price", True),
        ("price", None),
        ("counted", "yes"),
        ("counted", 1),
        ("counted", None),
        ("id", "0190e5e0-0000-7000-8000-000000000000"),
        ("store", "other"),
        ("image", "abc"),
        ("version", 7),
    ],
)
def test_a_member_that_makes_no_sense_is_named(create, member, wrong):
    answer = create(**{member: wrong})
    assert answer.status_code == 422
    assert answer.json["type"] == "/problems/validation-error"
    assert list(answer.json["errors"]) == [member]


@pytest.mark.parametrize("member", ["name", "category", "price"])
def test_what_a_product_needs_is_required(shop, manager, member):
    body = {name: value for name, value in PASTEL.items() if name != member}
    answer = shop.http.post("/products", json=body, headers=manager)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [member])


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e999"])
def test_a_number_that_is_none_is_malformed(shop, manager, price):
    body = json.dumps(PASTEL).replace('"12.00"', price)
    headers = manager | {"Content-Type": "application/json"}
    answer = shop.http.post("/products", data=body, headers=headers)
    assert (answer.status_code, answer.json["type"]) == (400, "/problems/malformed-body")


def test_a_category_that_the_store_does_not_have_is_a_problem_of_its_own(shop, create, patch):
    for answer in (create(category="sushi"), patch(shop.product("x-salada"), category="sushi")):
        assert answer.status_code == 422
        assert answer.json["type"] == "/problems/unknown-category"
        assert answer.json["categories"] == list(CATEGORIES)


def test_a_change_is_shown_with_the_next_version(shop, patch):
    product = shop.product("x-salada")
    answer = patch(product, price=31, description="Sem cebola")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    assert answer.json == product | {"price": "31.00", "description": "Sem cebola"}
    assert show(shop, product).headers["ETag"] == '"3"'


@pytest.mark.parametrize(
    ("changes", "member"),
    [
        ({"price": "0.001"}, "price"),
        ({"active": 1}, "active"),
        ({"name": ""}, "name"),
        ({"counted": True}, "counted"),
    ],
)
def test_a_change_that_makes_no_sense_is_named(shop, patch, changes, member):
    answer = patch(shop.product("x-salada"), **changes)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [member])


def test_who_saw_an_old_version_changes_nothing(shop, manager, patch):
    product = shop.product("x-salada")
    seen = {"If-Match": show(shop, product).headers["ETag"]}
    assert patch(product, headers=seen, price="1.00").status_code == 200
    path = f"/products/{product['id']}"
    for answer in (
        patch(product, headers=seen, price="2.00"),
        shop.http.delete(path, headers=manager | seen),
    ):
        assert (answer.status_code, answer.json["type"]) == (412, "/problems/precondition-failed")
    shown = show(shop, product)
    assert (shown.json["price"], shown.json["active"]) == ("1.00", True)


def test_a_search_follows_a_change_without_case_and_accents(shop, patch):
    product = shop.product("x-salada")
    patch(product, name="Pão de Queijo da Vovó", description="Polvilho azedo, à moda de São João")
    for words in ("pao de que", "PÃO DE QUEIJO", "vovo", "sao joao", "São João", "à moda", "VOVÓ"):
        assert found(shop, words) == ["Pão de Queijo da Vovó"], words
    assert found(shop, "x-salada") == []


def test_a_retired_product_leaves_the_menu_and_stays_in_its_orders(shop, manager):
    order = shop.order("x-salada")
    product = shop.product("x-salada")
    answer = shop.http.delete(f"/products/{product['id']}", headers=manager)
    assert (answer.status_code, answer.json["active"], answer.headers["ETag"]) == (200, False, '"3"')
    assert found(shop, "x-salada") == []
    assert show(shop, product).json == product | {"active": False}
    assert shop.checkout((product, 1)).json["type"] == "/problems/unknown-product"
    assert shop.show(order)["items"] == order["items"]
    again = shop.http.delete(f"/products/{product['id']}", headers=manager)
    assert (again.status_code, again.json["active"]) == (200, False)


def test_a_retired_product_can_be_brought_back(shop, manager, patch):
    product = shop.product("x-salada")
    shop.http.delete(f"/products/{product['id']}", headers=manager)
    assert patch(product, active=True).json["active"]
    assert found(shop, "x-salada") == ["X-Salada"]


def test_an_order_keeps_the_price_that_it_was_placed_with(shop, patch):
    order = shop.order("x-salada")
    patch(shop.product("x-salada"), price="99.00", name="Outro")
    assert shop.show(order)["items"] == order["items"]


def test_only_a_manager_keeps_the_menu(shop):
    product = shop.product("x-salada")
    path = f"/products/{product['id']}"
    for call in (
        lambda headers: shop.http.post("/products", json=PASTEL, headers=headers),
        lambda headers: shop.http.patch(path, json={"price": 1}, headers=headers),
        lambda headers: shop.http.delete(path, headers=headers),
    ):
        assert call({}).status_code == 401
        assert call(shop.kitchen).status_code == 403
    assert show(shop, product).json == product


def test_a_product_of_another_store_is_not_there(shop, manager):
    product = shop.product("x-salada")
    shop.open_other_store()
    sign_in = {"username": "gerente", "password": "gerente"}
    token = shop.http.post("/stores/other/auth/token", json=sign_in).json["access_token"]
    other = {"Authorization": f"Bearer {token}"}
    path = f"/products/{product['id']}"
    assert shop.http.patch(path, json={"price": 1}, headers=other).status_code == 403
    assert shop.http.delete(f"/stores/other{path}", headers=other).status_code == 404
    assert shop.http.patch(f"/stores/other{path}", json={"price": 1}, headers=other).status_code == 404
    assert shop.http.patch(UNKNOWN, json={"price": 1}, headers=manager).status_code == 404
    assert show(shop, product).json == product
