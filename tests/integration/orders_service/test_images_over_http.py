"""Pictures of products over HTTP."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from orders_service.infrastructure.models.image_model import images
from orders_service.infrastructure.models.product_model import products
from tests.builders.pictures import a_bomb, a_picture, decoded

SECOND = timedelta(seconds=1)
UNKNOWN = "/products/0190e5e0-0000-7000-8000-000000000000"


@pytest.fixture
def manager(shop):
    return shop.manager


@pytest.fixture
def product(shop):
    return shop.product("x-salada")


@pytest.fixture
def illustrate(shop, manager, product):
    def illustrate(raw, *, path=None, headers=None):
        path = path or f"/products/{product['id']}"
        return shop.http.put(f"{path}/image", data=raw, headers=manager | (headers or {}))

    return illustrate


def path_of(answer):
    return answer.json["image_url"].removeprefix("https://comanda.example")


def rows(shop):
    with shop.container.database.read() as connection:
        return {row.hash: row.store for row in connection.execute(sa.select(images))}


def test_a_picture_is_shown_with_its_product(shop, product, illustrate):
    answer = illustrate(a_picture("JPEG", (3000, 2000)))
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    assert answer.json == product | {"image_url": answer.json["image_url"]}
    assert shop.product("x-salada") == answer.json
    image = shop.http.get(path_of(answer))
    assert image.status_code == 200
    assert decoded(image.data).size == (1024, 683)


def test_an_image_may_be_kept_for_good(shop, illustrate):
    path = path_of(illustrate(a_picture()))
    image = shop.http.get(path)
    image_hash = hashlib.sha256(image.data).hexdigest()
    assert path == f"/images/{image_hash}"
    assert image.headers["Content-Type"] == "image/webp"
    assert image.headers["Content-Length"] == str(len(image.data))
    assert image.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert image.headers["ETag"] == f'"{image_hash}"'
    assert image.headers["X-Content-Type-Options"] == "nosniff"
    head = shop.http.head(path)
    assert (head.status_code, head.data) == (200, b"")


def test_who_has_an_image_is_not_sent_it_again(shop, illustrate):
    path = path_of(illustrate(a_picture()))
    etag = shop.http.get(path).headers["ETag"]
    for known in (etag, f'"another", W/{etag}', "*"):
        answer = shop.http.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert "immutable" in answer.headers["Cache-Control"]
    assert shop.http.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("told", [None, "image/gif", "text/html", "application/x-www-form-urlencoded"])
def test_a_picture_is_known_by_its_content_and_not_by_what_it_is_called(illustrate, kind, told):
    assert illustrate(a_picture(kind), headers={"Content-Type": told} if told else {}).status_code == 200


@pytest.mark.parametrize("raw", [b"", b"<svg/>", b"<html>", a_picture("GIF"), b'{"image": 1}'])
def test_what_is_no_picture_is_an_unsupported_media_type(shop, product, illustrate, raw):
    answer = illustrate(raw, headers={"Content-Type": "image/png"})
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/unsupported-image")
    assert answer.mimetype == "application/problem+json"
    assert shop.product("x-salada") == product


def test_a_picture_that_is_damaged_or_too_large_to_decode_is_invalid(shop, product, illustrate):
    for raw, slug in ((a_picture("JPEG")[:-200], "broken-image"), (a_bomb(), "too-many-pixels")):
        answer = illustrate(raw)
        assert (answer.status_code, answer.json["type"]) == (422, f"/problems/{slug}")
    assert shop.product("x-salada") == product


def test_a_file_beyond_five_megabytes_is_too_large(shop, product, manager, illustrate):
    whole = a_picture("JPEG") + b"\0" * (5 * 1024 * 1024)
    answer = illustrate(whole)
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/request-entity-too-large")
    chunked = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = shop.http.put(
        f"/products/{product['id']}/image",
        input_stream=BytesIO(whole),
        headers=manager,
        environ_overrides=chunked,
    )
    assert answer.status_code == 413
    assert shop.product("x-salada") == product


def test_a_file_just_below_five_megabytes_is_taken(illustrate):
    raw = a_picture("JPEG")
    assert illustrate(raw + b"\0" * (5 * 1024 * 1024 - len(raw))).status_code == 200


def test_other_paths_take_no_such_large_body(shop, manager, product):
    answer = shop.http.patch(f"/products/{product['id']}", data=b" " * 300_000, headers=manager)
    assert answer.status_code in {413, 415}
    answer = shop.http.post("/products", json={"name": "x" * 300_000}, headers=manager)
    assert answer.status_code == 413


def test_the_same_picture_twice_is_one_row(shop, illustrate):
    before = rows(shop)
    other = shop.product("x-bacon")
    first = illustrate(a_picture())
    second = illustrate(a_picture(), path=f"/products/{other['id']}")
    assert first.json["image_url"] == second.json["image_url"]
    assert len(rows(shop)) == len(before) + 1


def test_who_saw_an_old_version_changes_no_picture(shop, product, illustrate):
    seen = {"If-Match": shop.http.get(f"/products/{product['id']}").headers["ETag"]}
    first = illustrate(a_picture(), headers=seen)
    second = illustrate(a_picture(colour=(0, 0, 0)), headers=seen)
    assert (first.status_code, second.status_code) == (200, 412)
    assert shop.product("x-salada")["image_url"] == first.json["image_url"]


def test_only_a_manager_of_the_store_gives_pictures(shop, product, illustrate):
    path = f"/products/{product['id']}/image"
    assert shop.http.put(path, data=a_picture()).status_code == 401
    assert shop.http.put(path, data=a_picture(), headers=shop.kitchen).status_code == 403
    shop.open_other_store()
    assert illustrate(a_picture(), path="/stores/other" + path.removesuffix("/image")).status_code == 403
    assert illustrate(a_picture(), path=UNKNOWN).status_code == 404


def test_an_image_is_found_below_its_own_store_alone(shop, illustrate):
    shop.open_other_store()
    path = path_of(illustrate(a_picture()))
    assert shop.http.get(f"/stores/default{path}").status_code == 200
    answer = shop.http.get(f"/stores/other{path}")
    assert (answer.status_code, answer.json["type"]) == (404, "/problems/image-not-found")
    etag = f'"{path.rpartition("/")[2]}"'
    assert shop.http.get(f"/stores/other{path}", headers={"If-None-Match": etag}).status_code == 404


def test_the_address_of_an_image_is_that_of_the_store_asked(shop):
    shop.open_other_store()
    sign_in = {"username": "gerente", "password": "gerente"}
    token = shop.http.post("/stores/other/auth/token", json=sign_in).json["access_token"]
    other = {"Authorization": f"Bearer {token}"}
    body = {"name": "Suco", "category": "bebida", "price": "5.00"}
    product = shop.http.post("/stores/other/products", json=body, headers=other).json
    path = f"/stores/other/products/{product['id']}"
    answer = shop.http.put(f"{path}/image", data=a_picture(), headers=other)
    assert path_of(answer).startswith("/stores/other/images/")
    assert shop.http.get(path_of(answer)).status_code == 200
    listed = shop.http.get("/stores/other/products").json["items"]
    assert [one["image_url"] for one in listed] == [answer.json["image_url"]]


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "F" * 64, "x", "%00" * 64, "..%2f" * 20, "é" * 64])
def test_an_image_that_is_none_is_not_found(shop, name):
    answer = shop.http.get(f"/images/{name}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert "Cache-Control" not in answer.headers


def test_a_replaced_image_is_purged_by_the_loop_after_a_day(shop, clock, illustrate):
    first = path_of(illustrate(a_picture()))
    second = path_of(illustrate(a_picture(colour=(0, 0, 0))))
    (purge,) = [loop for loop in shop.container.loops if loop.name == "orders-purge"]
    clock.now += timedelta(days=1)
    purge.step()
    assert shop.http.get(first).status_code == 200
    clock.now += SECOND
    purge.step()
    assert shop.http.get(first).status_code == 404
    assert shop.http.get(second).status_code == 200


def test_a_demonstration_that_is_older_than_the_pictures_gets_them_and_keeps_what_was_given(shop, illustrate):
    given = illustrate(a_picture()).json["image_url"]
    with shop.container.database.transaction() as transaction:
        older = sa.update(products).where(products.c.name != "X-Salada")
        transaction.connection.execute(older.values(image=None))
        transaction.connection.execute(sa.delete(images).where(images.c.hash != given.rpartition("/")[2]))
        transaction.commit()
    shop.container.prepare()
    offers = shop.http.get("/products?limit=200").json["items"]
    assert all(shop.http.get(offer["image_url"]).status_code == 200 for offer in offers)
    assert shop.product("x-salada")["image_url"] == given
