from types import SimpleNamespace

import pytest

from orders_service.domain.order_progress import OrderStatus
from orders_service.entrypoints.metrics import GAUGES, count_ended, order_readings
from orders_service.ports.survey_query_port import OrdersSurvey
from servicekit.observability.metrics import exposition
from tests.builders.servicekit import an_envelope
from tests.fakes.servicekit.scrapes import Scrape

FOUND = OrdersSurvey({OrderStatus.AWAITING_PAYMENT: 2, OrderStatus.READY: 0}, 3, 4)


def test_all_that_was_found_is_read():
    usecases = SimpleNamespace(survey_orders=SimpleNamespace(execute=lambda _request: FOUND))

    readings = list(order_readings(usecases))

    assert {reading.gauge for reading in readings} == set(GAUGES)
    assert [(one.gauge.name.removeprefix("comanda_"), *one.labels, one.value) for one in readings] == [
        ("orders_open", "AWAITING_PAYMENT", 2),
        ("orders_open", "READY", 0),
        ("sagas_late", "unpaid", 3),
        ("sagas_late", "cancelling", 4),
    ]


def ended(**labels):
    return Scrape(exposition(()).decode()).value("comanda_orders_ended_total", **labels)


@pytest.mark.parametrize(
    ("event_type", "data", "labels"),
    [
        ("order.cancelled.v1", {"reason": "expired"}, {"state": "CANCELLED", "reason": "expired"}),
        ("order.status_changed.v1", {"status": "FINISHED"}, {"state": "FINISHED", "reason": ""}),
    ],
)
def test_an_order_is_counted_when_its_end_was_told(event_type, data, labels):
    before = ended(**labels)

    count_ended(an_envelope(type=event_type, data=data))

    assert ended(**labels) == before + 1


@pytest.mark.parametrize(
    ("event_type", "data"),
    [("order.status_changed.v1", {"status": "READY"}), ("order.placed.v1", {"total": 5980})],
)
def test_an_order_that_goes_on_is_not_counted(event_type, data):
    before = ended()

    count_ended(an_envelope(type=event_type, data=data))

    assert ended() == before
