"""When the kitchen opens a batch (a whole pizza), its units (slices) are for sale."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.shelf import Entry, Movement
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """Of which product, how many units, what the batch is called, and who opens it."""

    store: str
    product_id: str
    units: int
    label: str
    username: str


@dataclass(frozen=True, slots=True)
class OpenBatchUseCase:
    """Opens batches."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]

    def execute(self, request: OpenBatch) -> Movement:
        """The batch, as the movement that it is. Raises ProductNotFound, TooMuchStock."""
        with self.uow() as uow:
            shelf = uow.stock.shelf(request.store, request.product_id)
            entry = Entry(self.new_id(), uow.now(), request.username, request.label)
            batch = shelf.open_batch(request.units, entry)
            uow.stock.keep(shelf)
            uow.commit()
        return batch
