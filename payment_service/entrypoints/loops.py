"""The door of time: what is done again and again, one piece a step, and told in the log."""

from dataclasses import asdict, dataclass
from datetime import timedelta

import structlog

from payment_service.domain.notification import NotificationState
from payment_service.domain.provider import Answered, NotMade
from payment_service.domain.work import ALERT_AFTER_TRIES
from payment_service.entrypoints.usecases import UseCases
from payment_service.usecases.purge_usecase import Purge
from payment_service.usecases.read_notified_payment_usecase import ReadNotifiedPayment
from payment_service.usecases.reconcile_usecase import Compared, Reconcile
from payment_service.usecases.remind_order_usecase import RemindOrder
from payment_service.usecases.talk_to_provider_usecase import Spoken, TalkToProvider

PURGE_BATCH = 1000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Steps:
    """Each step does at most one piece of work and returns how much it did."""

    usecases: UseCases
    lease: timedelta

    def talk_to_provider(self) -> int:
        """Say one thing that is due."""
        spoken = self.usecases.talk_to_provider.execute(TalkToProvider(self.lease))
        if spoken is None:
            return 0
        _tell(spoken)
        return 1

    def read_notified_payment(self) -> int:
        """Look into one notice."""
        looked = self.usecases.read_notified_payment.execute(ReadNotifiedPayment(self.lease))
        if looked is None:
            return 0
        if looked.notification.state is NotificationState.STRANGE:
            log.error(
                "strange_payment", provider_id=looked.notification.provider_id, said=repr(looked.outcome)
            )
        return 1

    def remind_order(self) -> int:
        """Tell one order again what it has not answered."""
        return int(self.usecases.remind_order.execute(RemindOrder()))

    def purge(self) -> int:
        """Delete some rows that have served."""
        return self.usecases.purge.execute(Purge(PURGE_BATCH))

    def reconcile(self) -> int:
        """Compare some payments of a day that is over with the provider's books, and tell what differs."""
        compared = self.usecases.reconcile.execute(Reconcile(self.lease))
        if compared is None:
            return 0
        tell_comparison(compared)
        return 1


def tell_comparison(compared: Compared) -> None:
    """What differs is told: as an error where it is not settled."""
    one = compared.reconciliation
    for difference in compared.differences:
        speak = log.warning if difference.repaired else log.error
        speak("books_differ", day=str(one.day), collector=one.payee.collector, **asdict(difference))
    if compared.hindrance is not None:
        why = repr(compared.hindrance)
        account = {"store": one.payee.store, "collector": one.payee.collector}
        log.warning("books_not_compared", day=str(one.day), **account, why=why)
    elif one.finished_at is not None:
        counts = {"compared": one.compared, "repaired": one.repaired, "unsettled": one.unsettled}
        log.info("books_compared", day=str(one.day), collector=one.payee.collector, **counts)


def _tell(spoken: Spoken) -> None:
    call, outcome = spoken.said.call, spoken.said.outcome
    needs_somebody = isinstance(outcome, NotMade) and outcome.why is not None
    if isinstance(outcome, Answered | NotMade) and not needs_somebody:  # who opens a breaker says so, once
        return
    speak = log.error if needs_somebody or spoken.tries >= ALERT_AFTER_TRIES else log.warning
    speak(
        "provider_call_in_vain",
        call=type(call).__name__,
        order_id=call.order_id,
        payment_id=call.payment_id,
        outcome=repr(outcome),
        tries=spoken.tries,
    )
