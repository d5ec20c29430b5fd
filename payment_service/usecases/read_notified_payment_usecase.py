"""When a notice waits, the payment it speaks of is read from the provider, and only that answer counts."""

from dataclasses import dataclass
from datetime import timedelta

from payment_service.domain.notification import Notification
from payment_service.domain.provider import Answered, PaymentOutcome, ProviderPayment
from payment_service.ports.charge_repository_port import ContradictingAnswer
from payment_service.ports.payment_gateway_port import PaymentGatewayPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory, UnitOfWorkPort


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
    gateway: PaymentGatewayPort
    new_id: IdSource

    def execute(self, request: ReadNotifiedPayment) -> LookedInto | None:
        """What became of one notice; None when none waits."""
        taken = self._take(request.lease)
        if taken is None:
            return None
        outcome = self.gateway.get(taken.provider_id)
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

    def _keep(self, taken: Notification, outcome: PaymentOutcome, *, heard: bool) -> LookedInto:
        with self.uow() as uow:
            answered = heard and isinstance(outcome, Answered) and self._hear(uow, outcome.value)
            notification = uow.notifications.get(taken.id)
            if notification.work.lease == taken.work.lease:
                notification = notification.looked_into(outcome, known=answered, now=uow.now())
                uow.notifications.save(notification)
            uow.commit()
        return LookedInto(notification, outcome)

    def _hear(self, uow: UnitOfWorkPort, answer: ProviderPayment) -> bool:
        charge = uow.charges.of_answer(answer)
        if charge is None:
            return False
        known = charge.hear(answer, now=uow.now(), new_id=self.new_id)
        uow.charges.save(charge)
        return known
