from datetime import timedelta

import pytest

from orders_service.domain.catalogue_errors import ImageNotFound, ProductNotFound, UnsupportedImage
from orders_service.usecases.illustrate_demo_usecase import IllustrateDemo, IllustrateDemoUseCase
from orders_service.usecases.illustrate_product_usecase import IllustrateProduct, IllustrateProductUseCase
from orders_service.usecases.purge_usecase import IMAGES_KEPT, Purge, PurgeUseCase
from orders_service.usecases.show_image_usecase import ShowImage, ShowImageUseCase
from tests.builders.orders_service import STORE, a_product
from tests.fakes.orders_service.cart_repository import FakeCartRepository
from tests.fakes.orders_service.images import FakeArtist, FakePictures

A_JPEG, ANOTHER = b"\xff\xd8\xff 1 \xff\xd9", b"\xff\xd8\xff 2 \xff\xd9"


class SeenAnother(Exception):
    pass


def kept(restaurant, product):
    return restaurant.database.books.products[product.id]


@pytest.fixture
def illustrate(restaurant):
    usecase = IllustrateProductUseCase(restaurant.uow, FakePictures())

    def illustrate(product, raw=A_JPEG, require_match=lambda _version: None):
        usecase.execute(IllustrateProduct(STORE, product.id, raw, require_match))
        return kept(restaurant, product).image

    return illustrate


@pytest.fixture
def show(restaurant):
    usecase = ShowImageUseCase(restaurant.image_query)
    return lambda image_hash: usecase.execute(ShowImage(STORE, image_hash))


def test_a_product_shows_the_picture_that_it_was_given(restaurant, illustrate, show):
    product = restaurant.sell()
    image = show(illustrate(product))
    assert image.content == FakePictures().prepare(A_JPEG).content
    assert kept(restaurant, product) == a_product(product.id, image=image.hash, version=2)


def test_a_picture_that_cannot_be_taken_changes_nothing(restaurant, illustrate):
    product = restaurant.sell()
    with pytest.raises(UnsupportedImage):
        illustrate(product, b"a text")
    assert kept(restaurant, product) == product


def test_who_saw_another_version_changes_no_picture(restaurant, illustrate):
    product = restaurant.sell()

    def refuse(_version):
        raise SeenAnother

    with pytest.raises(SeenAnother):
        illustrate(product, require_match=refuse)
    assert kept(restaurant, product) == product
    assert restaurant.database.books.images == {}


def test_a_product_of_another_store_gets_no_picture(restaurant, illustrate):
    product = restaurant.sell(a_product(store="other"))
    with pytest.raises(ProductNotFound, match=product.id):
        illustrate(product)
    assert restaurant.database.books.images == {}


def test_an_image_that_is_none_is_not_found(show):
    with pytest.raises(ImageNotFound, match="0" * 64):
        show("0" * 64)


def test_a_replaced_picture_is_purged_after_a_while(restaurant, illustrate, show):
    product = restaurant.sell()
    first = illustrate(product)
    restaurant.pass_by(10 * IMAGES_KEPT)
    second = illustrate(product, ANOTHER)
    purge = PurgeUseCase(restaurant.uow, FakeCartRepository(restaurant.database))
    restaurant.pass_by(IMAGES_KEPT)
    assert purge.execute(Purge(100)) == 0
    restaurant.pass_by(timedelta(seconds=1))
    assert purge.execute(Purge(100)) == 1
    assert show(second).hash == second
    with pytest.raises(ImageNotFound, match=first):
        show(first)


def test_the_demonstration_gets_a_picture_where_it_has_none(restaurant):
    plain, own, unknown = (
        restaurant.sell(a_product(name="Suco")),
        restaurant.sell(a_product(name="Mate", image="abc")),
        restaurant.sell(a_product(name="Sopa")),
    )
    artist = FakeArtist(unknown=["Sopa"])
    demo = IllustrateDemoUseCase(restaurant.uow, artist)
    request = IllustrateDemo(STORE, ("Suco", "Mate", "Sopa", "Café"))
    assert demo.execute(request) == 1
    assert artist.drawn == ["Suco"]
    assert kept(restaurant, plain).image in {key[1] for key in restaurant.database.books.images}
    assert kept(restaurant, own) == own
    assert kept(restaurant, unknown) == unknown
    assert demo.execute(request) == 0
    assert artist.drawn == ["Suco"]
