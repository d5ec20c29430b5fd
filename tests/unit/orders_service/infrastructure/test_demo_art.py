import time

from orders_service.entrypoints.demo.menu import MENU
from orders_service.infrastructure.demo_art.artist import DRAWINGS, DemoArtist
from tests.builders.pictures import decoded


def test_everything_on_the_menu_has_a_picture_of_its_own_that_is_small_and_soon_drawn():
    began = time.process_time()
    images = {product.name: DemoArtist().draw(product.name) for product in MENU}
    assert time.process_time() - began < 5  # half a second where nothing measures coverage
    assert DRAWINGS.keys() == images.keys()
    assert len({image.hash for image in images.values()}) == len(MENU)
    for image in images.values():
        assert image.media_type == "image/webp"
        assert len(image.content) < 16_000
        assert decoded(image.content).size == (640, 480)


def test_a_picture_is_drawn_alike_each_time():
    assert DemoArtist().draw("Salada da horta") == DemoArtist().draw("Salada da horta")


def test_what_is_not_on_the_menu_has_no_picture():
    assert DemoArtist().draw("Sushi") is None
