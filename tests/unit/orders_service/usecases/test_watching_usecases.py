from orders_service.domain.order_progress import OrderStatus
from orders_service.usecases.show_board_usecase import ShowBoard, ShowBoardUseCase
from orders_service.usecases.watch_orders_usecase import WatchOrders, WatchOrdersUseCase
from tests.builders.orders_service import STORE, an_order_in


def test_the_board_shows_what_is_being_made_and_what_is_ready(restaurant):
    for number, status in enumerate(OrderStatus):
        restaurant.keep(an_order_in(status, number=f"A{number}"))

    board = ShowBoardUseCase(restaurant.order_watch).execute(ShowBoard(STORE))

    assert [order.status for order in board] == [OrderStatus.READY, OrderStatus.IN_PREPARATION]


def test_whoever_watches_sees_what_is_new_to_them(restaurant):
    known, new = (restaurant.keep(an_order_in(OrderStatus.READY, number=number)) for number in ("A1", "B2"))

    seen = {(STORE, known.id): known.version}
    sighting = WatchOrdersUseCase(restaurant.order_watch).execute(
        WatchOrders([(STORE, known.id)], [STORE], [], seen)
    )

    assert [order.id for order in sighting.orders] == [new.id]
    assert len(sighting.queues[STORE]) == 2
