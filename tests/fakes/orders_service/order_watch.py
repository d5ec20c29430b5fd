"""Looking at many orders at once, in memory."""

from copy import deepcopy

from orders_service.domain.order_progress import KITCHEN_QUEUE
from orders_service.ports.order_watch_port import QUEUE_AT_MOST, OrderWatchPort, QueuedOrder, Sighting


class FakeOrderWatch(OrderWatchPort):
    def __init__(self, database):
        self.database = database
        self.looks = 0

    def look(self, orders, in_full, in_short, seen):
        self.looks += 1
        queues = {store: self._queue(store) for store in (*in_full, *in_short)}
        wanted = set(orders) | {(store, one.id) for store in in_full for one in queues[store]}
        found = [self.database.books.orders.get(order_id) for _store, order_id in sorted(wanted)]
        new = [
            deepcopy(order)
            for order in found
            if order is not None
            and (order.store, order.id) in wanted
            and seen.get((order.store, order.id)) != order.version
        ]
        return Sighting(new, queues)

    def _queue(self, store):
        queued = [
            order
            for order in self.database.books.orders.values()
            if order.store == store and order.status in KITCHEN_QUEUE
        ]
        queued.sort(key=lambda order: (KITCHEN_QUEUE.index(order.status), order.terms.created_at, order.id))
        return tuple(
            QueuedOrder(order.id, order.terms.number, order.status, order.version)
            for order in queued[:QUEUE_AT_MOST]
        )
