"""From an event of the orders service to the use case that it calls for."""

from collections.abc import Callable, Mapping

from payment_service.domain.charge import EXPIRED
from payment_service.entrypoints.events.order_schemas import (
    EndingSchema,
    PlacedSchema,
    StatusSchema,
    terms_of,
)
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.close_charge_usecase import CloseCharge
from payment_service.usecases.note_order_progress_usecase import NoteOrderProgress
from payment_service.usecases.open_charge_usecase import OpenCharge
from servicekit.messaging.envelope import Envelope
from servicekit.messaging.event_data import read_data

ENDED = "cancelled"
"""Why a charge closes whose order has ended by expiry: that is final, so no money is kept for it any more."""
FINISHED = "FINISHED"


def order_handlers(usecases: UseCases, attempts: int) -> Mapping[str, Callable[[Envelope], None]]:
    """A handler for each type of event. `attempts` is how many an order gets.

    Each raises Unintelligible, or what its use case raises.
    """

    def placed(event: Envelope) -> None:
        data = read_data(PlacedSchema(), event)
        usecases.open_charge.execute(OpenCharge(terms_of(data, event, attempts)))

    def cancel_requested(event: Envelope) -> None:
        data = read_data(EndingSchema(), event)
        usecases.close_charge.execute(CloseCharge(terms_of(data, event, attempts), data["reason"]))

    def cancelled(event: Envelope) -> None:
        data = read_data(EndingSchema(), event)
        reason = ENDED if data["reason"] == EXPIRED else data["reason"]
        usecases.close_charge.execute(CloseCharge(terms_of(data, event, attempts), reason))

    def paid(event: Envelope) -> None:
        usecases.note_order_progress.execute(NoteOrderProgress(event.store, event.subject, finished=False))

    def status_changed(event: Envelope) -> None:
        finished = read_data(StatusSchema(), event)["status"] == FINISHED
        usecases.note_order_progress.execute(NoteOrderProgress(event.store, event.subject, finished=finished))

    return {
        "order.placed.v1": placed,
        "order.cancel_requested.v1": cancel_requested,
        "order.cancelled.v1": cancelled,
        "order.paid.v1": paid,
        "order.status_changed.v1": status_changed,
    }
