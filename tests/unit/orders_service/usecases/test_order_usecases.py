import pytest

from orders_service.domain.order_errors import IllegalStep, OrderNotFound, TooLateToCancel
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.usecases.advance_order_usecase import AdvanceOrder, AdvanceOrderUseCase
from orders_service.usecases.cancel_order_usecase import CancelOrder, CancelOrderUseCase
from orders_service.usecases.list_orders_usecase import ListOrders, ListOrdersUseCase
from orders_service.usecases.show_order_usecase import ShowOrder, ShowOrderUseCase
from tests.builders.orders_service import STORE, an_order_in


@pytest.fixture
def keep(restaurant):
    numbers = iter(range(100, 200))
    return lambda status, **details: restaurant.keep(
        an_order_in(status, number=f"A{next(numbers)}", **details)
    )


def test_an_order_is_shown_to_whoever_knows_its_id(restaurant, keep):
    order = keep(OrderStatus.RECEIVED)
    shown = ShowOrderUseCase(restaurant.order_query).execute(ShowOrder(STORE, order.id))
    assert shown.terms == order.terms


def test_an_order_of_another_store_is_not_found(restaurant, keep):
    order = keep(OrderStatus.RECEIVED, store="other")
    with pytest.raises(OrderNotFound, match=order.id):
        ShowOrderUseCase(restaurant.order_query).execute(ShowOrder(STORE, order.id))


def test_the_kitchen_sees_what_is_ready_then_in_preparation_then_received(restaurant, keep):
    received, preparing, ready, preparing_too = (
        keep(status)
        for status in (
            OrderStatus.RECEIVED,
            OrderStatus.IN_PREPARATION,
            OrderStatus.READY,
            OrderStatus.IN_PREPARATION,
        )
    )
    for status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.FINISHED, OrderStatus.CANCELLED):
        keep(status)
    page = ListOrdersUseCase(restaurant.order_query).execute(ListOrders(STORE, None, None, 50))
    queue = [order.id for order in page.items]
    assert queue == [ready.id, preparing.id, preparing_too.id, received.id]


def test_other_states_are_listed_by_name_only(restaurant, keep):
    finished = keep(OrderStatus.FINISHED)
    keep(OrderStatus.READY)
    page = ListOrdersUseCase(restaurant.order_query).execute(
        ListOrders(STORE, OrderStatus.FINISHED, None, 50)
    )
    assert [order.id for order in page.items] == [finished.id]


def test_the_kitchen_takes_the_goods_when_it_begins(restaurant, keep):
    order = keep(OrderStatus.RECEIVED)
    (held,) = order.reservations
    moved = AdvanceOrderUseCase(restaurant.uow).execute(
        AdvanceOrder(STORE, order.id, OrderStatus.IN_PREPARATION)
    )
    assert moved.status is OrderStatus.IN_PREPARATION
    assert moved.version == 2
    assert restaurant.shelf(held.product_id) == (98, 0)
    assert restaurant.movements(held.product_id) == [("set", 100), ("consumed", -2)]
    assert restaurant.said(order.id)[-1] == "order.status_changed.v1"


def test_a_step_that_is_not_the_next_changes_nothing(restaurant, keep):
    order = keep(OrderStatus.RECEIVED)
    with pytest.raises(IllegalStep):
        AdvanceOrderUseCase(restaurant.uow).execute(AdvanceOrder(STORE, order.id, OrderStatus.READY))
    assert restaurant.database.commits == 0


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (OrderStatus.AWAITING_PAYMENT, OrderStatus.CANCELLING),
        (OrderStatus.CANCELLING, OrderStatus.CANCELLING),
        (OrderStatus.RECEIVED, OrderStatus.CANCELLED),
        (OrderStatus.CANCELLED, OrderStatus.CANCELLED),
    ],
)
def test_a_customer_cancels_before_preparation(restaurant, keep, status, end):
    order = keep(status)
    cancelled = CancelOrderUseCase(restaurant.uow).execute(
        CancelOrder(STORE, order.id, CancelReason.CUSTOMER)
    )
    assert cancelled.status is end


def test_cancelling_a_paid_order_puts_its_stock_back(restaurant, keep):
    order = keep(OrderStatus.RECEIVED)
    (held,) = order.reservations
    CancelOrderUseCase(restaurant.uow).execute(CancelOrder(STORE, order.id, CancelReason.CUSTOMER))
    assert restaurant.shelf(held.product_id) == (100, 0)
    assert restaurant.said(order.id)[-1] == "order.cancelled.v1"


def test_cancelling_too_late_changes_nothing(restaurant, keep):
    order = keep(OrderStatus.READY)
    with pytest.raises(TooLateToCancel):
        CancelOrderUseCase(restaurant.uow).execute(CancelOrder(STORE, order.id, CancelReason.CUSTOMER))
    assert restaurant.database.commits == 0


def test_cancelling_again_is_no_new_version(restaurant, keep):
    order = keep(OrderStatus.AWAITING_PAYMENT)
    usecase = CancelOrderUseCase(restaurant.uow)
    first = usecase.execute(CancelOrder(STORE, order.id, CancelReason.CUSTOMER))
    again = usecase.execute(CancelOrder(STORE, order.id, CancelReason.CUSTOMER))
    assert again.version == first.version == 2


def test_nobody_can_change_an_order_through_another_store(restaurant, keep):
    order = keep(OrderStatus.RECEIVED)
    with pytest.raises(OrderNotFound, match=order.id):
        CancelOrderUseCase(restaurant.uow).execute(CancelOrder("other", order.id, CancelReason.STORE))
    with pytest.raises(OrderNotFound, match=order.id):
        AdvanceOrderUseCase(restaurant.uow).execute(
            AdvanceOrder("other", order.id, OrderStatus.IN_PREPARATION)
        )
