"""When a day is over, our books are compared with the provider's, some payments at a time.

What differs is read from the provider once more, and its charge hears the answer: what follows is decided as
it is after a notice. What differs still is nobody's to repair but a person's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from payment_service.domain.provider import Answered, NotMade, Refused, Unknown
from payment_service.domain.reconciliation import (
    NEWEST,
    Difference,
    Reconciliation,
    by_number,
    day_of,
    days_due,
)
from payment_service.domain.work import after_rest, pursuit_delay, spread
from payment_service.ports.payment_gateway_port import PageOutcome, PaymentGatewayPort
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.reconciliation_ports import OurBooksPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory, UnitOfWorkPort
from payment_service.usecases.comparison import Comparison

STEP_SECONDS = 40
"""What a step may take, but for the call that is under way then."""


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Go on with a comparison: the one that was begun, else any that is due. `lease`: what calls may take."""

    lease: timedelta
    begun: Reconciliation | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """How far it has come, of how many; what differed in this step; why it could not go on, if so."""

    reconciliation: Reconciliation
    total: int = 0
    differences: tuple[Difference, ...] = ()
    hindrance: Refused | Unknown | NotMade | None = None


@dataclass(frozen=True, slots=True)
class ReconcileUseCase:
    """Compares; `clock` gives seconds that only grow."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    books: OurBooksPort
    new_id: IdSource
    clock: Callable[[], float]

    def execute(self, request: Reconcile) -> Compared | None:
        """What came of one step; None when no day is due, or somebody else has begun this one anew."""
        taken = self._take(request)
        if taken is None:
            return None
        gateway = self.providers.of(taken.payee.store or "", taken.payee.collector)
        if gateway is None:
            return self._keep(request, Compared(taken, hindrance=Unknown("nobody speaks for the account")))
        found = _list(gateway, taken)
        if not isinstance(found, Answered):
            return self._keep(request, Compared(taken, hindrance=found))
        step = Comparison(self.uow, self.providers, gateway, self.books, self.new_id, taken, found.value)
        give_up = self.clock() + STEP_SECONDS
        after = step.run(lambda: self.clock() > give_up)
        return self._keep(request, Compared(after, found.value.total, tuple(step.differences)))

    def _take(self, request: Reconcile) -> Reconciliation | None:
        with self.uow() as uow:
            now = uow.now()
            if request.begun is None:
                due = uow.reconciliations.next_due(now)
            else:
                due = uow.reconciliations.get(request.begun.payee, request.begun.day)
                if due is not None and due.work.lease != request.begun.work.lease:
                    return None
            if due is None:
                self._begin_days(uow, now)
                uow.commit()
                return None
            fresh = due if due.finished_at is None else due.anew(now)
            taken = fresh.taken(now + request.lease + timedelta(seconds=STEP_SECONDS))
            uow.reconciliations.save(taken)
            uow.commit()
        return taken

    def _begin_days(self, uow: UnitOfWorkPort, now: datetime) -> None:
        for payee in self.books.payees():
            for day in days_due(uow.reconciliations.newest(payee, NEWEST), now):
                uow.reconciliations.add(Reconciliation.of(payee, day, now))
                known = uow.reconciliations.get(payee, day)
                if known is not None and known.finished_at is not None:  # before the day was over
                    uow.reconciliations.save(known.anew(now))

    def _keep(self, request: Reconcile, compared: Compared) -> Compared | None:
        with self.uow() as uow:
            now, after = uow.now(), compared.reconciliation
            kept = uow.reconciliations.get(after.payee, after.day)
            if kept is None or kept.work.lease != after.work.lease:
                return None
            if compared.hindrance is not None:
                after = _hindered(after, compared.hindrance, now)
            elif after.finished_at is None and request.begun is None:
                after = replace(after, work=after.work.put_off(now))
            uow.reconciliations.save(after)
            uow.commit()
        return replace(compared, reconciliation=after)


def _list(gateway: PaymentGatewayPort, taken: Reconciliation) -> PageOutcome:
    """What is told out of order could be told so that some of it is never seen."""
    found = gateway.changed(day_of(taken.day)[0], taken.seen)
    numbers = [one.id for one in found.value.payments] if isinstance(found, Answered) else []
    in_order = numbers == sorted(numbers, key=by_number)
    return found if in_order else Unknown("a list that is not in the order of its numbers")


def _hindered(one: Reconciliation, why: Refused | Unknown | NotMade, now: datetime) -> Reconciliation:
    """It goes on from here, later."""
    key = f"{one.day} {one.payee} {one.work.tries}"
    if isinstance(why, NotMade):
        return replace(one, work=one.work.put_off(now + after_rest(why.wait, key)))
    wait = spread(pursuit_delay(one.work.tries + 1), key)
    asked = timedelta(seconds=why.retry_after if isinstance(why, Unknown) else 0)
    return replace(one, work=one.work.again(now + max(wait, asked)))


@dataclass(frozen=True, slots=True)
class BeginReconciliation:
    """Compare this day now, from the beginning, in every account; `lease` holds loops off."""

    day: date
    lease: timedelta


@dataclass(frozen=True, slots=True)
class BeginReconciliationUseCase:
    """When somebody asks for it, whatever has been compared before."""

    uow: UnitOfWorkFactory
    books: OurBooksPort

    def execute(self, request: BeginReconciliation) -> tuple[Reconciliation, ...]:
        """One for each account, each to be gone on with."""
        begun = []
        for payee in self.books.payees():
            with self.uow() as uow:
                now = uow.now()
                uow.reconciliations.add(Reconciliation.of(payee, request.day, now))
                known = uow.reconciliations.get(payee, request.day)
                assert known is not None  # noqa: S101 - it was just added
                taken = known.anew(now).taken(now + request.lease)
                uow.reconciliations.save(taken)
                uow.commit()
            begun.append(taken)
        return tuple(begun)
