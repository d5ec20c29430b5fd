"""When a database was set back and has lost an order, what was paid for it goes back."""

from dataclasses import dataclass
from datetime import datetime

from payment_service.domain.charge_record import ChargeState, Terms
from payment_service.domain.errors import AlreadyPaid, NotOurs, UnknownCharge
from payment_service.domain.payment import PIX
from payment_service.domain.provider import Answered, NotMade, ProviderPayment, Unknown
from payment_service.domain.provider_account import Payee
from payment_service.ports.charge_repository_port import ContradictingAnswer
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.reconciliation_ports import OurBooksPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory

LOST = "lost"
NOBODY = Unknown("nobody speaks for the account")


@dataclass(frozen=True, slots=True)
class FindLost:
    """A payment, by its number at the provider."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A payment for an order of ours, in which account, and how the order's charge stands, if it has one."""

    payee: Payee
    told: ProviderPayment
    state: ChargeState | None


@dataclass(frozen=True, slots=True)
class FindLostUseCase:
    """Looks in every account, so that somebody can decide whether the order is lost."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    books: OurBooksPort

    def execute(self, request: FindLost) -> Lost | Unknown | NotMade:
        """Changes nothing. Raises NotOurs.

        Where none has it and one could not be asked, it is why: the payment may be there.
        """
        hindrance: Unknown | NotMade | None = None
        for payee in self.books.payees():
            gateway = self.providers.of(payee.store or "", payee.collector)
            found = gateway.get(request.provider_id) if gateway is not None else NOBODY
            if isinstance(found, Answered) and _is_ours(found.value, payee):
                return Lost(payee, found.value, self._state(found.value))
            if isinstance(found, Unknown | NotMade):
                hindrance = hindrance or found
        if hindrance is not None:
            return hindrance
        raise NotOurs("no payment of this number was made for an order of ours")

    def _state(self, told: ProviderPayment) -> ChargeState | None:
        with self.uow() as uow:
            try:
                return uow.charges.get(told.store or "", told.reference or "").state
            except UnknownCharge:
                return None


@dataclass(frozen=True, slots=True)
class ReturnLost:
    """What was found. `force`: also where money is kept for the order, which is cancelled by it."""

    lost: Lost
    force: bool = False


@dataclass(frozen=True, slots=True)
class ReturnLostUseCase:
    """Ends the charge of a lost order as if it was cancelled, after making one where that is lost as well."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    new_id: IdSource

    def execute(self, request: ReturnLost) -> None:
        """The refund of its money is due then, as any other is. Done again, it changes nothing.

        Raises AlreadyPaid without force, and NotOurs where the payment would not go back by it: nothing is
        changed then.
        """
        told, account = request.lost.told, request.lost.payee.collector or self.providers.platform
        with self.uow() as uow:
            now = uow.now()
            charge = uow.charges.opened(_terms(told, now), now)
            if charge.record.kept is not None and not request.force:
                raise AlreadyPaid("money is kept for its order, which would be cancelled: nothing is changed")
            charge.close(LOST, now=now, new_id=self.new_id)
            if not charge.hear(told, now=now, new_id=self.new_id, collector=account):
                raise NotOurs("another attempt stands in its place: nothing is changed")
            try:
                uow.charges.save(charge)
            except ContradictingAnswer as error:
                raise NotOurs("it is known as another order's payment: nothing is changed") from error
            uow.commit()


def _terms(told: ProviderPayment, now: datetime) -> Terms:
    """What can be told of an order that nobody knows."""
    return Terms(
        order_id=told.reference or "",
        store=told.store or "",
        total=told.amount,
        method=PIX,
        deadline=now,
        attempts_allowed=1,
    )


def _is_ours(told: ProviderPayment, payee: Payee) -> bool:
    """Others may sell in the same account; what we make names its order, its store and its attempt."""
    named = None not in (told.reference, told.store, told.payment_id)
    return named and payee.store in (None, told.store)
