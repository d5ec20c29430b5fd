"""When somebody looks up at the board, they see the numbers that are being made and those that are ready."""

from dataclasses import dataclass

from orders_service.domain.order_progress import OrderStatus
from orders_service.ports.order_watch_port import OrderWatchPort, QueuedOrder

ON_THE_BOARD = (OrderStatus.IN_PREPARATION, OrderStatus.READY)


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """Whose."""

    store: str


@dataclass(frozen=True, slots=True)
class ShowBoardUseCase:
    """Shows a store's board."""

    watch: OrderWatchPort

    def execute(self, request: ShowBoard) -> tuple[QueuedOrder, ...]:
        """The orders on the board, oldest first in each state."""
        sighting = self.watch.look((), (), (request.store,), {})
        return tuple(order for order in sighting.queues[request.store] if order.status in ON_THE_BOARD)
