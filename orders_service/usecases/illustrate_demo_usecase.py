"""When a demonstration begins, its products have pictures; one that has a picture already keeps it."""

from dataclasses import dataclass

from orders_service.ports.image_ports import ArtistPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class IllustrateDemo:
    """The names of the demonstration's products."""

    store: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IllustrateDemoUseCase:
    """Draws what is lacking, also in a store whose products are older than the pictures."""

    uow: UnitOfWorkFactory
    artist: ArtistPort

    def execute(self, request: IllustrateDemo) -> int:
        """How many pictures were drawn. Nothing is drawn while a transaction is open."""
        with self.uow() as uow:
            plain = uow.products.without_image(request.store, request.names)
        drawn = [(product, self.artist.draw(product.name)) for product in plain]
        with self.uow() as uow:
            for product, image in drawn:
                if image is not None:
                    uow.images.put(request.store, image, instead_of=None, at=uow.now())
                    uow.products.save(product.illustrated(image.hash))
            uow.commit()
        return sum(image is not None for _, image in drawn)
