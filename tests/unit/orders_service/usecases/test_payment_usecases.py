"""Each event of the payment service, as a use case: what it changes, and that twice is once."""

import pytest

from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import PaymentStatus
from orders_service.usecases.close_payment_usecase import ClosePayment, ClosePaymentUseCase
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment, ConfirmPaymentUseCase
from orders_service.usecases.record_chargeback_usecase import RecordChargeback, RecordChargebackUseCase
from orders_service.usecases.record_refund_usecase import RecordRefund, RecordRefundUseCase
from orders_service.usecases.reject_payment_usecase import RejectPayment, RejectPaymentUseCase
from orders_service.usecases.show_payment_usecase import ShowPayment, ShowPaymentUseCase
from tests.builders.orders_service import NOON, STORE, a_code, an_order_in, told

REJECTED = told(status=PaymentStatus.REJECTED)
CASES = {
    "created": (
        ShowPaymentUseCase,
        lambda order_id: ShowPayment(STORE, order_id, told(status=PaymentStatus.PENDING), a_code()),
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.AWAITING_PAYMENT,
        None,
    ),
    "approved": (
        ConfirmPaymentUseCase,
        lambda order_id: ConfirmPayment(STORE, order_id, told()),
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.RECEIVED,
        "order.paid.v1",
    ),
    "rejected": (
        RejectPaymentUseCase,
        lambda order_id: RejectPayment(STORE, order_id, REJECTED, 1),
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.AWAITING_PAYMENT,
        None,
    ),
    "rejected for the last time": (
        RejectPaymentUseCase,
        lambda order_id: RejectPayment(STORE, order_id, REJECTED, 0),
        OrderStatus.AWAITING_PAYMENT,
        OrderStatus.CANCELLED,
        "order.cancelled.v1",
    ),
    "closed": (
        ClosePaymentUseCase,
        lambda order_id: ClosePayment(STORE, order_id, None),
        OrderStatus.CANCELLING,
        OrderStatus.CANCELLED,
        "order.cancelled.v1",
    ),
    "refunded": (
        RecordRefundUseCase,
        lambda order_id: RecordRefund(STORE, order_id, told(), 5980),
        OrderStatus.CANCELLED,
        OrderStatus.CANCELLED,
        None,
    ),
    "charged back": (
        RecordChargebackUseCase,
        lambda order_id: RecordChargeback(
            STORE, order_id, told(status=PaymentStatus.CHARGED_BACK, sequence=9)
        ),
        OrderStatus.RECEIVED,
        OrderStatus.RECEIVED,
        None,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fact_takes_effect_once(restaurant, case):
    usecase_class, request, before, after, said = case
    order = restaurant.keep(an_order_in(before))
    earlier = restaurant.said(order.id)
    usecase = usecase_class(restaurant.uow)
    usecase.execute(request(order.id))
    usecase.execute(request(order.id))
    kept = restaurant.order(order.id)
    assert kept.status is after
    assert all(step.at >= NOON for step in kept.progress.history)
    assert kept.version == 2
    assert restaurant.said(order.id) == [*earlier, *([said] if said else [])]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fact_about_an_order_that_is_not_known_yet_has_to_come_again(restaurant, case):
    usecase_class, request, *_ = case
    with pytest.raises(OrderNotFound):
        usecase_class(restaurant.uow).execute(request(restaurant.new_id()))
    assert restaurant.database.commits == 0


def test_the_last_rejection_puts_the_stock_back(restaurant):
    order = restaurant.keep(an_order_in(OrderStatus.AWAITING_PAYMENT))
    (held,) = order.reservations
    RejectPaymentUseCase(restaurant.uow).execute(RejectPayment(STORE, order.id, REJECTED, 0))
    assert restaurant.shelf(held.product_id) == (100, 0)
    assert restaurant.movements(held.product_id) == [("set", 100)]
