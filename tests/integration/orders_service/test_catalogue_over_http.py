import pytest

from orders_service.domain.image import Image
from orders_service.entrypoints.demo.menu import MENU
from tests.builders.orders_service import a_product

DRAWING = Image.of(b"a drawing", "image/webp")


def names(answer):
    return [offer["name"] for offer in answer.json["items"]]


def test_the_menu_is_open_to_anyone(shop):
    answer = shop.http.get("/products?limit=200")
    assert answer.status_code == 200
    assert names(answer) == [product.name for product in MENU]
    assert answer.json["next"] is None


def test_a_product_is_shown_as_the_contract_says(shop):
    product = shop.product("calabresa")
    assert product == {
        "id": product["id"],
        "name": "Fatia de pizza calabresa",
        "description": product["description"],
        "category": "lanche",
        "price": "11.90",
        "promotional_price": None,
        "available": 24,
        "image_url": f"https://comanda.example/images/{DRAWING.hash}",
        "active": True,
    }
    assert shop.http.get(f"/products/{product['id']}").json == product


def test_a_picture_has_a_whole_address(shop):
    with shop.uow() as uow:
        product = a_product(image="abc123", name="Com foto")
        uow.products.add(product)
        uow.commit()
    assert shop.product("com foto")["image_url"] == "https://comanda.example/images/abc123"


def test_the_menu_comes_in_pages(shop):
    seen, path = [], "/products?limit=7"
    while path:
        answer = shop.http.get(path)
        seen += names(answer)
        path = answer.json["next"] and f"/products?limit=7&cursor={answer.json['next']}"
    assert seen == [product.name for product in MENU]


def test_the_menu_can_be_searched_and_narrowed(shop):
    assert names(shop.http.get("/products?q=ACAI")) == ["Açaí na tigela"]
    assert len(names(shop.http.get("/products?category=bebida&q=suco"))) == 2
    assert names(shop.http.get("/products?available=false")) == []
    assert len(names(shop.http.get("/products?available=true&limit=200"))) == len(MENU)


def test_a_category_has_a_path_of_its_own(shop):
    answer = shop.http.get("/products/category/sobremesa")
    assert {offer["category"] for offer in answer.json["items"]} == {"sobremesa"}
    assert shop.http.get("/products/category/sushi").status_code == 404


def test_the_categories_are_the_stores(shop):
    assert shop.http.get("/categories").json["items"] == ["lanche", "acompanhamento", "bebida", "sobremesa"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "cursor=W10",
        "available=perhaps",
        "q=" + "x" * 101,
        "q=%00",
        "category=%00",
    ],
)
def test_a_query_that_makes_no_sense_is_invalid(shop, query):
    answer = shop.http.get(f"/products?{query}")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert list(answer.json["errors"]) == [query.partition("=")[0]]


def test_what_a_link_carries_beside_is_not_minded(shop):
    assert shop.http.get("/products?utm_source=flyer").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/products/0190e5e0-0000-7000-8000-000000000000",
        "/products/nothing",
        "/products/%00",
        "/products/category/%00",
        "/stores/nowhere/products",
        "/stores/No%20where/products",
        "/nothing",
    ],
)
def test_what_is_not_there_is_a_problem_404(shop, path):
    answer = shop.http.get(path)
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json["status"] == 404


def test_each_store_has_its_own_menu(shop):
    shop.open_other_store()
    assert names(shop.http.get("/stores/other/products")) == []
    assert names(shop.http.get("/stores/default/products?q=mate%20gelado")) == ["Mate gelado com limão"]
    product = shop.product("mate gelado")
    assert shop.http.get(f"/stores/other/products/{product['id']}").status_code == 404


def test_a_wrong_method_says_which_are_right(shop):
    answer = shop.http.put("/products")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json"
