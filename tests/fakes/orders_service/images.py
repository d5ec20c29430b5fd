"""Pictures in memory, without decoding or drawing anything."""

from orders_service.domain.catalogue_errors import BrokenImage, TooManyPixels, UnsupportedImage
from orders_service.domain.image import Image
from orders_service.ports.image_ports import ArtistPort, ImageQueryPort, ImageRepositoryPort, PicturePort

MOST_PIXELS = 25_000_000
BEGINNINGS = {b"\xff\xd8\xff": b"\xff\xd9", b"\x89PNG": b"IEND\xaeB`\x82", b"RIFF": b""}


class FakePictures(PicturePort):
    """Knows a file by how it begins, and a whole one by how it ends; reads the size of a PNG alone."""

    def prepare(self, raw):
        ends = [end for beginning, end in BEGINNINGS.items() if raw.startswith(beginning)]
        if not ends:
            raise UnsupportedImage("no picture")
        if raw.startswith(b"\x89PNG"):
            width, height = (int.from_bytes(raw[at : at + 4], "big") for at in (16, 20))
            if width * height > MOST_PIXELS:
                raise TooManyPixels("too large")
        length = int.from_bytes(raw[4:8], "little") + 8
        if not raw.endswith(ends[0]) or (raw.startswith(b"RIFF") and length != len(raw)):
            raise BrokenImage("cut short")
        return Image.of(b"seen: " + raw, "image/webp")


class FakeArtist(ArtistPort):
    """Draws everything alike, and nothing of what it was told not to know."""

    def __init__(self, unknown=()):
        self.unknown = unknown
        self.drawn = []

    def draw(self, name):
        if name in self.unknown:
            return None
        self.drawn.append(name)
        return Image.of(b"a drawing", "image/webp")


class FakeImageRepository(ImageRepositoryPort):
    def __init__(self, books):
        self.books = books

    def put(self, store, image, *, instead_of, at):
        self.books.images[store, image.hash] = image
        self.books.images_wanted_at[store, image.hash] = at
        if (store, instead_of) in self.books.images:
            self.books.images_wanted_at[store, instead_of] = at

    def purge(self, *, before, limit):
        shown = {(product.store, product.image) for product in self.books.products.values()}
        wanted_at = self.books.images_wanted_at
        old = [key for key in self.books.images if wanted_at[key] < before and key not in shown][:limit]
        for key in old:
            del self.books.images[key]
        return len(old)


class FakeImageQuery(ImageQueryPort):
    def __init__(self, database):
        self.database = database

    def image(self, store, image_hash):
        return self.database.books.images.get((store, image_hash))
