"""The door of those who watch over the system: how the orders stand, in numbers."""

from collections.abc import Iterator

from prometheus_client import Counter

from orders_service.domain.events import OrderCancelled, OrderStatusChanged
from orders_service.domain.order_progress import OrderStatus
from orders_service.entrypoints.usecases import UseCases
from orders_service.usecases.survey_orders_usecase import SurveyOrders
from servicekit.messaging.envelope import Envelope
from servicekit.observability.surveys import SAGAS_LATE, Gauge, Reading

ORDERS_OPEN = Gauge("comanda_orders_open", "Orders that have not ended, by state.", ("state",))
GAUGES = (ORDERS_OPEN, SAGAS_LATE)

_ended = Counter(
    "comanda_orders_ended", "Orders of whose end the other services were told.", ["state", "reason"]
)


def order_readings(usecases: UseCases) -> Iterator[Reading]:
    """A reading of each gauge of GAUGES, for each of its labels."""
    survey = usecases.survey_orders.execute(SurveyOrders())
    for status, count in survey.open.items():
        yield Reading(ORDERS_OPEN, count, (status,))
    yield Reading(SAGAS_LATE, survey.unpaid_too_long, ("unpaid",))
    yield Reading(SAGAS_LATE, survey.ending_too_long, ("cancelling",))


def count_ended(told: Envelope) -> None:
    """Count the order where this is the event of its end, which was just published."""
    if told.type == OrderCancelled.type:
        _ended.labels(OrderStatus.CANCELLED, told.data["reason"]).inc()
    elif told.type == OrderStatusChanged.type and told.data["status"] == OrderStatus.FINISHED:
        _ended.labels(OrderStatus.FINISHED, "").inc()
