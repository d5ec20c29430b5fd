"""When an order is placed, its charge opens and the first Pix attempt begins: once, however often told."""

from dataclasses import dataclass

from payment_service.domain.charge_record import Means, Terms
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory
from payment_service.usecases.payee import payee


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """What is to be paid for the order."""

    terms: Terms


@dataclass(frozen=True, slots=True)
class OpenChargeUseCase:
    """Opens charges."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    new_id: IdSource

    def execute(self, request: OpenCharge) -> None:
        """Nothing new begins where the order was asked to end before."""
        with self.uow() as uow:
            now = uow.now()
            charge = uow.charges.opened(request.terms, now)
            by = Means(collector=payee(uow, self.providers, request.terms.store))
            charge.place(now=now, new_id=self.new_id, by=by)
            uow.charges.save(charge)
            uow.commit()
