from datetime import timedelta

import pytest

from orders_service.domain.catalogue_errors import BrokenImage, TooManyPixels, UnsupportedImage
from orders_service.domain.image import Image
from orders_service.infrastructure.pictures import PillowPictures
from tests.builders.orders_service import STORE, a_product
from tests.builders.pictures import a_bomb, a_picture
from tests.fakes.orders_service.images import FakePictures

AN_HOUR = timedelta(hours=1)


def an_image(content=b"RIFF and so on"):
    return Image.of(content, "image/webp")


def put(restaurant, image, *, store=STORE, instead_of=None):
    with restaurant.uow() as uow:
        uow.images.put(store, image, instead_of=instead_of, at=uow.now())
        uow.commit()
    return image


def purge(restaurant, older_than=AN_HOUR, limit=10):
    with restaurant.uow() as uow:
        purged = uow.images.purge(before=uow.now() - older_than, limit=limit)
        uow.commit()
    return purged


def test_an_image_comes_back_as_it_was_put(restaurant):
    image = put(restaurant, an_image(bytes(range(256))))
    assert restaurant.image_query.image(STORE, image.hash) == image
    assert restaurant.image_query.image(STORE, "0" * 64) is None


def test_an_image_is_the_stores_alone(restaurant):
    image = put(restaurant, an_image())
    assert restaurant.image_query.image("other", image.hash) is None
    put(restaurant, image, store="other")
    assert restaurant.image_query.image("other", image.hash) == image


def test_the_same_image_twice_is_one(restaurant):
    image = put(restaurant, an_image())
    put(restaurant, image)
    restaurant.pass_by(2 * AN_HOUR)
    assert purge(restaurant) == 1
    assert restaurant.image_query.image(STORE, image.hash) is None


def test_an_image_that_a_product_shows_stays(restaurant):
    image = put(restaurant, an_image())
    put(restaurant, image, store="other")
    restaurant.sell(a_product(image=image.hash, active=False))
    restaurant.pass_by(2 * AN_HOUR)
    assert purge(restaurant) == 1
    assert restaurant.image_query.image(STORE, image.hash) == image
    assert restaurant.image_query.image("other", image.hash) is None


def test_an_image_that_was_replaced_stays_for_a_while(restaurant):
    old = put(restaurant, an_image(b"old"))
    restaurant.pass_by(2 * AN_HOUR)
    put(restaurant, an_image(b"new"), instead_of=old.hash)
    assert purge(restaurant) == 0
    restaurant.pass_by(2 * AN_HOUR)
    assert purge(restaurant) == 2


def test_images_are_purged_in_batches(restaurant):
    for content in (b"1", b"2", b"3"):
        put(restaurant, an_image(content))
    restaurant.pass_by(2 * AN_HOUR)
    assert [purge(restaurant, limit=2) for _ in range(3)] == [2, 1, 0]


def test_products_without_a_picture_are_found_by_name(restaurant):
    plain = restaurant.sell(a_product(name="Suco", active=False))
    restaurant.sell(a_product(name="Suco", image="abc"))
    restaurant.sell(a_product(name="Mate"))
    restaurant.sell(a_product(name="Suco", store="other"))
    with restaurant.uow() as uow:
        assert uow.products.without_image(STORE, ["Suco", "Café"]) == [plain]


@pytest.fixture(params=[FakePictures, PillowPictures])
def pictures(request):
    return request.param()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_of_picture_becomes_an_image(pictures, kind):
    raw = a_picture(kind)
    image = pictures.prepare(raw)
    assert image.media_type == "image/webp"
    assert image == Image.of(image.content, image.media_type)
    assert pictures.prepare(raw) == image
    assert pictures.prepare(a_picture(kind, colour=(0, 90, 0))).hash != image.hash


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"a text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\0" * 100,
        a_picture("GIF"),
        a_picture("BMP"),
        a_picture("TIFF"),
    ],
    ids=["nothing", "a byte", "text", "svg", "pdf", "zeros", "gif", "bmp", "tiff"],
)
def test_what_is_no_such_picture_is_not_supported(pictures, raw):
    with pytest.raises(UnsupportedImage):
        pictures.prepare(raw)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_is_cut_short_is_broken(pictures, kind):
    raw = a_picture(kind)
    with pytest.raises(BrokenImage):
        pictures.prepare(raw[: len(raw) // 2])


def test_a_picture_of_too_many_pixels_is_refused(pictures):
    with pytest.raises(TooManyPixels):
        pictures.prepare(a_bomb())
