"""Pictures of products: taking them in, keeping them, reading and drawing them."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

from orders_service.domain.image import Image


class PicturePort(Protocol):
    """Makes of what somebody sent an image that is fit to be shown."""

    @abstractmethod
    def prepare(self, raw: bytes) -> Image:
        """The picture upright, no larger than a screen needs, with nothing of the file but what is seen.

        Of one that moves, its first frame. The same file always gives the same image.
        Raises UnsupportedImage for what is not a JPEG, PNG or WebP, whatever it is called; TooManyPixels
        without having decoded it; BrokenImage where it cannot be decoded.
        """
        raise NotImplementedError


class ArtistPort(Protocol):
    """Draws what the demonstration shows."""

    @abstractmethod
    def draw(self, name: str) -> Image | None:
        """The picture of the demonstration's product of this name; None where it has none."""
        raise NotImplementedError


class ImageRepositoryPort(Protocol):
    """Images by store and hash; each is kept once, however many products show it."""

    @abstractmethod
    def put(self, store: str, image: Image, *, instead_of: str | None, at: datetime) -> None:
        """Keep an image that a product shows from now on, instead of the one with this hash, if any."""
        raise NotImplementedError

    @abstractmethod
    def purge(self, *, before: datetime, limit: int) -> int:
        """Delete images that no product shows, and that were neither put nor replaced since `before`.

        At most `limit` of them; gives how many.
        """
        raise NotImplementedError


class ImageQueryPort(Protocol):
    """Reading images."""

    @abstractmethod
    def image(self, store: str, image_hash: str) -> Image | None:
        """The store's image with this hash; None where it has none."""
        raise NotImplementedError
