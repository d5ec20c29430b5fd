"""From an event of the payment service to the use case that it calls for."""

from collections.abc import Callable, Mapping

import structlog

from orders_service.domain.order_errors import OrderNotFound
from orders_service.domain.payment import PaymentStatus
from orders_service.entrypoints.events.payment_schemas import (
    AttemptSchema,
    CreatedSchema,
    RefundSchema,
    RejectedSchema,
    attempt_of,
    code_of,
)
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.close_payment_usecase import ClosePayment
from orders_service.usecases.confirm_payment_usecase import ConfirmPayment
from orders_service.usecases.record_chargeback_usecase import RecordChargeback
from orders_service.usecases.record_refund_usecase import RecordRefund
from orders_service.usecases.reject_payment_usecase import RejectPayment
from orders_service.usecases.show_payment_usecase import ShowPayment
from servicekit.messaging.envelope import Envelope, Unintelligible
from servicekit.messaging.event_data import read_data

log = structlog.get_logger(__name__)


def payment_handlers(usecases: UseCases) -> Mapping[str, Callable[[Envelope], None]]:
    """A handler for each type of event. Each raises Unintelligible, or what its use case raises."""

    def created(event: Envelope) -> None:
        data = read_data(CreatedSchema(), event)
        told = attempt_of(data, event)
        usecases.show_payment.execute(ShowPayment(event.store, event.subject, told, code_of(data)))

    def approved(event: Envelope) -> None:
        told = attempt_of(read_data(AttemptSchema(), event), event)
        usecases.confirm_payment.execute(ConfirmPayment(event.store, event.subject, told))

    def rejected(event: Envelope) -> None:
        data = read_data(RejectedSchema(), event)
        told, left = attempt_of(data, event), data["attempts_left"]
        usecases.reject_payment.execute(RejectPayment(event.store, event.subject, told, left))

    def closed(event: Envelope) -> None:
        nothing_tried = event.data.get("payment_id") is None
        told = None if nothing_tried else attempt_of(read_data(AttemptSchema(), event), event)
        usecases.close_payment.execute(ClosePayment(event.store, event.subject, told))

    def refunded(event: Envelope) -> None:
        data = read_data(RefundSchema(), event)
        told, total = attempt_of(data, event), data["refunded_total"]
        usecases.record_refund.execute(RecordRefund(event.store, event.subject, told, total))

    def refund_failed(event: Envelope) -> None:
        refunded(event)
        log.error("refund_failed", order_id=event.subject, payment_id=event.data["payment_id"])

    def charged_back(event: Envelope) -> None:
        told = attempt_of(read_data(AttemptSchema(), event), event)
        usecases.record_chargeback.execute(RecordChargeback(event.store, event.subject, told))
        if told.status is PaymentStatus.CHARGED_BACK:
            log.error("payment_charged_back", order_id=event.subject, payment_id=told.payment_id)

    handlers = {
        "payment.created.v1": created,
        "payment.approved.v1": approved,
        "payment.rejected.v1": rejected,
        "payment.closed.v1": closed,
        "payment.refunded.v1": refunded,
        "payment.refund_failed.v1": refund_failed,
        "payment.charged_back.v1": charged_back,
    }
    return {event_type: _of_an_order_of_ours(handle) for event_type, handle in handlers.items()}


def _of_an_order_of_ours(handle: Callable[[Envelope], None]) -> Callable[[Envelope], None]:
    """An order is stored before anybody hears of it: one that is not here was lost, or never was."""

    def handle_if_known(event: Envelope) -> None:
        try:
            handle(event)
        except OrderNotFound as error:
            raise Unintelligible(f"no such order here: {event.subject}") from error

    return handle_if_known
