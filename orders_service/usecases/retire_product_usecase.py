"""When a manager retires something, it leaves the menu; orders keep their copy, and its id still shows it."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class RetireProduct:
    """Which product. `require_match` refuses, by raising, who saw another version."""

    store: str
    product_id: str
    require_match: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RetireProductUseCase:
    """Takes products off the menu."""

    uow: UnitOfWorkFactory

    def execute(self, request: RetireProduct) -> None:
        """Retired again it stays retired. Raises ProductNotFound, and what `require_match` raises."""
        with self.uow() as uow:
            product = uow.products.get(request.store, request.product_id)
            request.require_match(product.version)
            uow.products.save(product.retired())
            uow.commit()
