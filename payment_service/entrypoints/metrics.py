"""The door of those who watch over the system: how the money stands, in numbers."""

from collections.abc import Iterator

from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.show_books_usecase import ListReconciliations
from payment_service.usecases.survey_money_usecase import SurveyMoney
from servicekit.observability.surveys import SAGAS_LATE, Gauge, Reading

REFUNDS_OPEN = Gauge("comanda_refunds_open", "Refunds that are not done yet.")
REFUNDS_OPEN_CENTAVOS = Gauge("comanda_refunds_open_centavos", "What they are about, in centavos.")
REFUNDS_OLDEST = Gauge("comanda_refunds_oldest_seconds", "How long the oldest has been awaited; else 0.")
DAYS_WATCHED = 7
UNSETTLED = Gauge(
    "comanda_books_unsettled", "Differences from the provider's books of the last days that nobody settled."
)
UNCOMPARED = Gauge("comanda_books_uncompared", "Days whose comparison is begun and not finished, by account.")
GAUGES = (REFUNDS_OPEN, REFUNDS_OPEN_CENTAVOS, REFUNDS_OLDEST, SAGAS_LATE, UNSETTLED, UNCOMPARED)


def money_readings(usecases: UseCases) -> Iterator[Reading]:
    """A reading of each gauge of GAUGES, for each of its labels."""
    survey = usecases.survey_money.execute(SurveyMoney())
    yield Reading(REFUNDS_OPEN, survey.refunds_open)
    yield Reading(REFUNDS_OPEN_CENTAVOS, survey.refunds_open_total)
    yield Reading(REFUNDS_OLDEST, survey.oldest_refund.total_seconds())
    yield Reading(SAGAS_LATE, survey.unanswered_too_long, ("unanswered",))
    yield Reading(SAGAS_LATE, survey.closing_too_long, ("closing",))
    yield Reading(SAGAS_LATE, survey.refunding_too_long, ("refunding",))
    compared = usecases.list_reconciliations.execute(ListReconciliations(DAYS_WATCHED))
    yield Reading(UNSETTLED, sum(one.unsettled for one in compared))
    yield Reading(UNCOMPARED, sum(one.finished_at is None for one in compared))
