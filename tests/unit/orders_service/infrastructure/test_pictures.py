"""What becomes of the files that people send."""

import random
import time
import tracemalloc

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from orders_service.domain.catalogue_errors import BrokenImage, TooManyPixels, UnsupportedImage
from orders_service.infrastructure.pictures import BOX, PillowPictures
from tests.builders.pictures import a_bomb, a_file, a_picture, a_webp_bomb, decoded

RED, BLUE = (200, 40, 40), (40, 40, 200)
UPRIGHT = 1
TURNED = 6
"""EXIF: turn by 90 degrees to the right to see it upright."""


def prepared(raw):
    return decoded(PillowPictures().prepare(raw).content)


def near(pixel, colour):
    return all(abs(one - other) < 24 for one, other in zip(pixel, colour, strict=True))


def two_halves(mode="RGB"):
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", (80, 40), RED)
    picture.paste(BLUE, (40, 0, 80, 40))
    return picture.convert(mode)


def test_a_large_picture_is_shrunk_and_keeps_its_shape():
    assert prepared(a_picture("JPEG", (4000, 3000))).size == (1024, 768)
    assert prepared(a_picture("PNG", (600, 2048))).size == (300, 1024)


def test_a_small_picture_is_not_blown_up():
    assert prepared(a_picture(size=(40, 30))).size == (40, 30)
    assert prepared(a_picture(size=(1, 1))).size == (1, 1)


def test_a_picture_that_is_hardly_high_keeps_a_line():
    assert prepared(a_picture(size=(4000, 1))).size == (BOX[0], 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_was_taken_sideways_is_turned_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = TURNED
    upright = prepared(a_file(two_halves(), kind, exif=exif))
    assert upright.size == (40, 80)
    assert near(upright.getpixel((20, 10)), RED)
    assert near(upright.getpixel((20, 70)), BLUE)


def test_nothing_of_the_file_is_kept_but_what_is_seen():
    exif = Image.Exif()
    exif[0x010F] = "CANARY-CAMERA"
    exif[0x8825] = {1: "S", 2: (23.0, 33.0, 1.0)}
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "CANARY-TEXT")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x>CANARY-XMP</x>"
    for raw in (
        a_picture("JPEG", exif=exif, comment=b"CANARY-COMMENT", icc_profile=profile, xmp=xmp),
        a_picture("PNG", exif=exif, pnginfo=text, icc_profile=profile),
        a_picture("WEBP", exif=exif, icc_profile=profile, xmp=xmp),
        a_picture("PNG") + b"CANARY-AFTER-THE-END",
    ):
        content = PillowPictures().prepare(raw).content
        assert b"CANARY" not in content
        assert decoded(content).info.keys() <= {"loop", "background", "timestamp", "duration"}
        for chunk in (b"EXIF", b"ICCP", b"XMP "):
            assert chunk not in content


@pytest.mark.parametrize("mode", ["L", "P", "CMYK"])
def test_colours_of_every_kind_become_those_of_a_screen(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    shown = prepared(a_file(two_halves(mode), kind))
    assert shown.mode == "RGB"
    if mode != "L":
        assert near(shown.getpixel((10, 20)), RED)
        assert near(shown.getpixel((70, 20)), BLUE)


def test_greys_of_sixteen_bits_keep_their_brightness():
    raw = a_file(Image.new("I;16", (40, 30), 128 * 256))
    assert near(prepared(raw).getpixel((5, 5)), (128, 128, 128))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_stays(mode):
    clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    shown = prepared(a_file(clear if mode == "RGBA" else clear.convert(mode)))
    assert shown.mode == "RGBA"
    assert shown.getpixel((5, 5))[3] == 0


def test_colours_of_another_profile_are_shown_as_they_were_meant():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = prepared(a_file(two_halves()))
    for unfit in (profile, b"no profile at all"):
        assert near(prepared(a_file(two_halves(), icc_profile=unfit)).getpixel((10, 20)), RED)
    assert near(plain.getpixel((10, 20)), RED)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_picture_that_moves_the_first_frame_is_taken(kind):
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE)]
    raw = a_file(frames[0], kind, save_all=True, append_images=frames[1:])
    shown = prepared(raw)
    assert getattr(shown, "n_frames", 1) == 1
    assert near(shown.getpixel((5, 5))[:3], RED)


@pytest.mark.parametrize("bomb", [a_bomb(), a_bomb(5001, 5000), a_webp_bomb()])
def test_a_bomb_is_refused_before_it_goes_off(bomb):
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(TooManyPixels):
        PillowPictures().prepare(bomb)
    assert time.monotonic() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_no_damage_to_a_file_does_more_than_break_it():
    chance = random.Random(4)
    pictures = PillowPictures()
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = a_file(two_halves(), kind)
        for _ in range(150):
            raw = bytearray(whole)
            for _ in range(chance.randint(1, 8)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            try:
                pictures.prepare(bytes(raw[: chance.choice([len(raw), chance.randrange(len(raw))])]))
            except (BrokenImage, TooManyPixels, UnsupportedImage):
                continue


def test_an_image_is_small_enough_for_a_menu_of_many():
    noise = Image.effect_noise((3000, 2000), 60).convert("RGB")
    assert len(PillowPictures().prepare(a_file(noise, "JPEG", quality=60)).content) < 500_000
