"""When a manager adds to the menu, it is for sale; what is counted begins with nothing in stock."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.product import Product
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """What it is. `price` in centavos; whether it is counted is said once and for all."""

    store: str
    name: str
    description: str
    category: str
    price: int
    counted: bool


@dataclass(frozen=True, slots=True)
class CreateProductUseCase:
    """Puts products on the menu."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]

    def execute(self, request: CreateProduct) -> str:
        """The new product's id. Raises StoreNotFound, UnknownCategory."""
        product = Product(
            id=self.new_id(),
            store=request.store,
            name=request.name,
            description=request.description,
            category=request.category,
            price=request.price,
            counted=request.counted,
        )
        with self.uow() as uow:
            uow.stores.hold(request.store).require_category(request.category)
            uow.products.add(product)
            uow.commit()
        return product.id
