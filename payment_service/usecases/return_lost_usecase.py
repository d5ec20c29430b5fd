"""When a database was set back and has lost an order, what was paid for it goes back."""

from dataclasses import dataclass

from payment_service.domain.charge_record import Terms
from payment_service.domain.errors import NotOurs
from payment_service.domain.provider import Answered, NotMade, ProviderPayment, Unknown
from payment_service.domain.provider_account import Payee
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.reconciliation_ports import OurBooksPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory
from payment_service.usecases.hearing import hear

PIX = "pix"
LOST = "lost"
NOBODY = Unknown("nobody speaks for the account")


@dataclass(frozen=True, slots=True)
class ReturnLost:
    """The payment, by its number at the provider."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class ReturnLostUseCase:
    """Ends the charge of a lost order as if it was cancelled, after making one where that is lost as well."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    books: OurBooksPort
    new_id: IdSource

    def execute(self, request: ReturnLost) -> ProviderPayment | Unknown | NotMade:
        """The payment whose money goes back, or why the provider could not be asked. Raises NotOurs.

        Its refund is due then, as any other is. Done again, it changes nothing.
        """
        for payee in self.books.payees():
            gateway = self.providers.of(payee.store or "", payee.collector)
            found = gateway.get(request.provider_id) if gateway is not None else NOBODY
            if isinstance(found, Unknown | NotMade):
                return found
            if isinstance(found, Answered) and _is_ours(found.value, payee):
                self._end(payee, found.value)
                return found.value
        raise NotOurs("no payment of this number was made for an order of ours")

    def _end(self, payee: Payee, told: ProviderPayment) -> None:
        with self.uow() as uow:
            now = uow.now()
            terms = Terms(
                order_id=told.reference or "",
                store=told.store or "",
                total=told.amount,
                method=PIX,
                deadline=now,
                attempts_allowed=1,
            )
            charge = uow.charges.opened(terms, now)
            charge.close(LOST, now=now, new_id=self.new_id)
            uow.charges.save(charge)
            hear(uow, self.providers, payee, told, self.new_id)
            uow.commit()


def _is_ours(told: ProviderPayment, payee: Payee) -> bool:
    """Others may sell in the same account; what we make names its order, its store and its attempt."""
    named = None not in (told.reference, told.store, told.payment_id)
    return named and payee.store in (None, told.store)
