from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import Reconciliation
from payment_service.entrypoints.metrics import GAUGES, money_readings
from payment_service.ports.survey_query_port import MoneySurvey
from tests.builders.payment_service import NOW

FOUND = MoneySurvey(
    refunds_open=1,
    refunds_open_total=5980,
    oldest_refund=timedelta(minutes=2),
    unanswered_too_long=3,
    closing_too_long=4,
    refunding_too_long=5,
)

BEGUN = Reconciliation.of(Payee(), NOW.date(), NOW)
COMPARED = (BEGUN, replace(BEGUN, unsettled=3, finished_at=NOW), replace(BEGUN, unsettled=4, finished_at=NOW))


def test_all_that_was_found_is_read():
    usecases = SimpleNamespace(
        survey_money=SimpleNamespace(execute=lambda _request: FOUND),
        list_reconciliations=SimpleNamespace(execute=lambda _request: COMPARED),
    )

    readings = list(money_readings(usecases))

    assert {reading.gauge for reading in readings} == set(GAUGES)
    assert [(one.gauge.name.removeprefix("comanda_"), *one.labels, one.value) for one in readings] == [
        ("refunds_open", 1),
        ("refunds_open_centavos", 5980),
        ("refunds_oldest_seconds", 120),
        ("sagas_late", "unanswered", 3),
        ("sagas_late", "closing", 4),
        ("sagas_late", "refunding", 5),
        ("books_unsettled", 7),
        ("books_uncompared", 1),
    ]
