"""When a manager asks what happened to an order, they see every event of its saga, each after its cause."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders_service.domain.order_errors import OrderNotFound
from orders_service.ports.order_query_port import OrderQueryPort, SagaEvent


@dataclass(frozen=True, slots=True)
class ShowTimeline:
    """Of which order."""

    store: str
    order_id: str


@dataclass(frozen=True, slots=True)
class ShowTimelineUseCase:
    """Tells an order's saga."""

    orders: OrderQueryPort

    def execute(self, request: ShowTimeline) -> tuple[SagaEvent, ...]:
        """The events in causal order. Raises OrderNotFound: an order that exists has said at least that."""
        events = self.orders.saga(request.store, request.order_id)
        if not events:
            raise OrderNotFound(request.order_id)
        return in_causal_order(events)


def in_causal_order(events: Sequence[SagaEvent]) -> tuple[SagaEvent, ...]:
    """By time, but no event before its cause: the services' clocks may differ."""
    waiting = {event.id: event for event in sorted(events, key=lambda event: (event.time, event.id))}
    told: dict[str, SagaEvent] = {}
    while waiting:
        # Causes cannot form a ring; were the rows to claim so all the same, the oldest goes first.
        ready = (event for event in waiting.values() if event.causationid not in waiting)
        event = next(ready, None) or next(iter(waiting.values()))
        told[event.id] = waiting.pop(event.id)
    return tuple(told.values())
