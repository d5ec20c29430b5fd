"""When a customer wants to try (again) to pay, another attempt begins."""

from dataclasses import dataclass

from payment_service.domain.card import Card
from payment_service.domain.charge_record import Means
from payment_service.ports.payment_query_port import PaymentQueryPort, PaymentView
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.sealing_port import SealingPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory
from payment_service.usecases.payee import payee


@dataclass(frozen=True, slots=True)
class RequestPayment:
    """For which order, and by which card; None: by Pix."""

    store: str
    order_id: str
    card: Card | None


@dataclass(frozen=True, slots=True)
class RequestPaymentUseCase:
    """Begins attempts; the provider hears of them afterwards, until when a card is kept sealed."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    sealing: SealingPort
    payments: PaymentQueryPort
    new_id: IdSource

    def execute(self, request: RequestPayment) -> PaymentView:
        """The attempt. Raises UnknownCharge, and what forbids `Charge.request_attempt`."""
        sealed_card = None if request.card is None else self.sealing.seal(request.card.to_text())
        with self.uow() as uow:
            charge = uow.charges.get(request.store, request.order_id)
            by = Means(collector=payee(uow, self.providers, request.store), sealed_card=sealed_card)
            payment = charge.request_attempt(by, now=uow.now(), new_id=self.new_id)
            uow.charges.save(charge)
            uow.commit()
        return self.payments.payment(request.store, payment.id)
