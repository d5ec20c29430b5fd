"""When a page shows a picture of the menu, it is read by its hash."""

from dataclasses import dataclass

from orders_service.domain.catalogue_errors import ImageNotFound
from orders_service.domain.image import Image
from orders_service.ports.image_ports import ImageQueryPort


@dataclass(frozen=True, slots=True)
class ShowImage:
    """Which one."""

    store: str
    image_hash: str


@dataclass(frozen=True, slots=True)
class ShowImageUseCase:
    """Shows one image."""

    images: ImageQueryPort

    def execute(self, request: ShowImage) -> Image:
        """The image. Raises ImageNotFound."""
        image = self.images.image(request.store, request.image_hash)
        if image is None:
            raise ImageNotFound(request.image_hash)
        return image
