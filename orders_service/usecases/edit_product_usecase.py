"""When a manager changes the menu, orders are placed with the change from then on; none before has it."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.product import ProductEdit
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class EditProduct:
    """Which product, and what of it. `require_match` refuses, by raising, who saw another version."""

    store: str
    product_id: str
    edit: ProductEdit
    require_match: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EditProductUseCase:
    """Changes products."""

    uow: UnitOfWorkFactory

    def execute(self, request: EditProduct) -> None:
        """Raises ProductNotFound, UnknownCategory, and what `require_match` raises."""
        with self.uow() as uow:
            product = uow.products.get(request.store, request.product_id)
            request.require_match(product.version)
            edited = product.edited(request.edit)
            if request.edit.needs_category:
                uow.stores.hold(request.store).require_category(edited.category)
            uow.products.save(edited)
            uow.commit()
