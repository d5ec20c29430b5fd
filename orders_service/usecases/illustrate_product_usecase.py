"""When a manager gives a product a picture, the menu shows it, made fit to be shown."""

from collections.abc import Callable
from dataclasses import dataclass, field

from orders_service.ports.image_ports import PicturePort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class IllustrateProduct:
    """Which product, and the file. `require_match` refuses, by raising, who saw another version."""

    store: str
    product_id: str
    raw: bytes = field(repr=False)
    require_match: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class IllustrateProductUseCase:
    """Gives products their pictures."""

    uow: UnitOfWorkFactory
    pictures: PicturePort

    def execute(self, request: IllustrateProduct) -> None:
        """Make the picture first: that takes as long as many transactions.

        Raises UnsupportedImage, TooManyPixels, BrokenImage, ProductNotFound, and what `require_match` raises.
        """
        image = self.pictures.prepare(request.raw)
        with self.uow() as uow:
            product = uow.products.get(request.store, request.product_id)
            request.require_match(product.version)
            uow.images.put(request.store, image, instead_of=product.image, at=uow.now())
            uow.products.save(product.illustrated(image.hash))
            uow.commit()
