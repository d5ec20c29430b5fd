"""When something may have changed, whoever watches learns what is new, all of them by one look."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from orders_service.ports.order_watch_port import OrderKey, OrderWatchPort, Sighting


@dataclass(frozen=True, slots=True)
class WatchOrders:
    """Which orders, which stores' queues with their orders (in full) or without, and what was seen before."""

    orders: Collection[OrderKey]
    in_full: Collection[str]
    in_short: Collection[str]
    seen: Mapping[OrderKey, int]


@dataclass(frozen=True, slots=True)
class WatchOrdersUseCase:
    """Looks at all that is watched."""

    watch: OrderWatchPort

    def execute(self, request: WatchOrders) -> Sighting:
        """What there is to see now."""
        return self.watch.look(request.orders, request.in_full, request.in_short, request.seen)
