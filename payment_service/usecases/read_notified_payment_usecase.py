"""When a notice waits, the payment it speaks of is read from the provider, and only that answer counts."""

from dataclasses import dataclass
from datetime import timedelta

from payment_service.domain.notification import Notification
from payment_service.domain.provider import Answered, PaymentOutcome, ProviderPayment, Unknown
from payment_service.domain.provider_account import Payee
from payment_service.ports.charge_repository_port import ContradictingAnswer
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory, UnitOfWorkPort
from payment_service.usecases.hearing import hear


@dataclass(frozen=True, slots=True)
class ReadNotifiedPayment:
    """Take one notice; `lease` is longer than reading can take."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class LookedInto:
    """A notice, and what the provider said when it was asked."""

    notification: Notification
    outcome: PaymentOutcome


@dataclass(frozen=True, slots=True)
class ReadNotifiedPaymentUseCase:
    """Looks into notices."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    new_id: IdSource

    def execute(self, request: ReadNotifiedPayment) -> LookedInto | None:
        """What became of one notice; None when none waits."""
        taken = self._take(request.lease)
        if taken is None:
            return None
        outcome = self._ask(taken)
        try:
            return self._keep(taken, outcome, heard=True)
        except ContradictingAnswer:
            return self._keep(taken, outcome, heard=False)

    def _take(self, lease: timedelta) -> Notification | None:
        with self.uow() as uow:
            now = uow.now()
            waiting = uow.notifications.next_due(now)
            if waiting is None:
                return None
            taken = waiting.taken(now + lease)
            uow.notifications.save(taken)
            uow.commit()
        return taken

    def _ask(self, taken: Notification) -> PaymentOutcome:
        gateway = self.providers.of(taken.store, taken.collector)
        if gateway is None:
            return Unknown(f"nobody speaks for the account {taken.collector}")
        return gateway.get(taken.provider_id)

    def _keep(self, taken: Notification, outcome: PaymentOutcome, *, heard: bool) -> LookedInto:
        with self.uow() as uow:
            answered = heard and isinstance(outcome, Answered) and self._hear(uow, taken, outcome.value)
            notification = uow.notifications.get(taken.id)
            if notification.work.lease == taken.work.lease:
                notification = notification.looked_into(outcome, known=answered, now=uow.now())
                uow.notifications.save(notification)
            uow.commit()
        return LookedInto(notification, outcome)

    def _hear(self, uow: UnitOfWorkPort, taken: Notification, answer: ProviderPayment) -> bool:
        payee = Payee() if taken.collector is None else Payee(taken.store, taken.collector)
        return hear(uow, self.providers, payee, answer, self.new_id)
