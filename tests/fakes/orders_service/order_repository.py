"""Orders in memory, with the effects that they have on the stock."""

from copy import deepcopy

from orders_service.domain.cart_errors import CartUsed
from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.product import StockReason
from orders_service.domain.reservation import ReservationState
from orders_service.ports.order_repository_port import OrderRepositoryPort, OverdueOrdersPort
from servicekit.database.unit_of_work import StaleAggregate
from servicekit.ids import new_id
from tests.fakes.orders_service.books import Movement

CLOSED = {OrderStatus.FINISHED, OrderStatus.CANCELLED}


class FakeOrderRepository(OrderRepositoryPort):
    def __init__(self, uow):
        self.uow = uow
        self.books = uow.books

    def add(self, order):
        for other in self.books.orders.values():
            if order.terms.cart_id is not None and other.terms.cart_id == order.terms.cart_id:
                raise CartUsed(other.id)
        taken = any(
            other.store == order.store
            and other.terms.number == order.terms.number
            and other.status not in CLOSED
            for other in self.books.orders.values()
        )
        if taken:
            return False
        order.pull_changes()
        self.uow.track(order)
        self._keep(order)
        return True

    def get(self, store, order_id):
        order = self.books.orders.get(order_id)
        if order is None or order.store != store:
            raise OrderNotFound(order_id)
        loaded = self.books.shown(order)
        self.uow.track(loaded)
        return loaded

    def save(self, order):
        changes = order.pull_changes()
        if changes is None:
            return
        if self.books.orders[order.id].version != order.version:
            raise StaleAggregate
        order.version += 1
        for change in changes.reservations:
            self._settle(order, change)
        for lost in changes.wasted:
            self._waste(order, lost)
        terms = self.books.orders[order.id].terms
        self._keep(order)
        self.books.orders[order.id].terms = terms  # which no saving changes

    def _keep(self, order):
        stored = deepcopy(order)
        stored.pull_events()
        stored.pull_changes()
        self.books.orders[order.id] = stored

    def _settle(self, order, change):
        shelf = self.books.shelves[change.product_id]
        if change.entered is ReservationState.RELEASED:
            shelf.change(reserved=-change.quantity)
        if change.entered is ReservationState.CONSUMED:
            shelf.change(on_hand=-change.quantity, reserved=-change.quantity)
            self._move(change.product_id, StockReason.CONSUMED, -change.quantity, order.id)

    def _waste(self, order, lost):
        done = {(one.order_id, one.product_id, one.reason) for one in self.books.movements}
        if (order.id, lost.product_id, StockReason.WASTED) not in done:
            self._move(lost.product_id, StockReason.WASTED, -lost.quantity, order.id)
            self._move(lost.product_id, StockReason.CONSUMED, lost.quantity, order.id)

    def _move(self, product_id, reason, delta, order_id):
        self.books.movements.append(Movement(product_id, reason, delta, order_id, self.uow.now(), new_id()))


class FakeOverdueOrders(OverdueOrdersPort):
    def __init__(self, uow):
        self.uow = uow

    def next_expired(self, now):
        return self._first(
            lambda order: order.status is OrderStatus.AWAITING_PAYMENT and order.terms.deadline <= now
        )

    def next_unanswered(self, now, patience):
        return self._first(
            lambda order: (
                order.status is OrderStatus.CANCELLING and order.progress.cancelling_since <= now - patience
            )
        )

    def next_silent(self, now):
        return self._first(
            lambda order: order.progress.answer_due_at is not None and order.progress.answer_due_at <= now
        )

    def _first(self, due):
        for order in self.uow.books.orders.values():
            if due(order):
                return self.uow.orders.get(order.store, order.id)
        return None
