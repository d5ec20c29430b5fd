"""When something is due to be said to the provider, it is said, and what came of it is kept.

What is due is taken in one transaction, under a lease; the outcome is stored, with the events that follow, in
another. No call is made inside either.
"""

from dataclasses import dataclass
from datetime import timedelta

from payment_service.domain.calls import Call, Said, unsaid
from payment_service.ports.charge_repository_port import ContradictingAnswer
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.sealing_port import CannotUnseal, SealingPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory
from payment_service.usecases.provider_conversation import say, with_card


@dataclass(frozen=True, slots=True)
class TalkToProvider:
    """Take one piece of work; `lease` is longer than saying it can take."""

    lease: timedelta


@dataclass(frozen=True, slots=True)
class Spoken:
    """A call and what came of it; `tries` counts those in vain."""

    said: Said
    tries: int


@dataclass(frozen=True, slots=True)
class TalkToProviderUseCase:
    """Makes payments, looks how they stand, ends them, and returns money."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    sealing: SealingPort
    new_id: IdSource

    def execute(self, request: TalkToProvider) -> Spoken | None:
        """What was said; None when nothing is due."""
        call = self._take(request.lease)
        return None if call is None else self._speak(call)

    def _take(self, lease: timedelta) -> Call | None:
        with self.uow() as uow:
            now = uow.now()
            charge = uow.due_charges.next_due(now)
            if charge is None:
                return None
            call = charge.take_call(now=now, lease_until=now + lease)
            uow.charges.save(charge)
            uow.commit()
        return call

    def _speak(self, call: Call) -> Spoken:
        said = self._say(call)
        try:
            return self._keep(said)
        except ContradictingAnswer as error:
            return self._keep(said.unbelievable(f"contradicts what is known: {error}"))

    def _say(self, call: Call) -> Said:
        gateway = self.providers.of(call.store, call.collector)
        if gateway is None:
            return unsaid(call, f"nobody speaks for the account {call.collector}")
        try:
            return say(gateway, with_card(call, self.sealing))
        except CannotUnseal:
            return unsaid(call, "no key unseals the card")

    def _keep(self, said: Said) -> Spoken:
        with self.uow() as uow:
            charge = uow.charges.get(said.call.store, said.call.order_id)
            tries = charge.conclude(said, now=uow.now(), new_id=self.new_id)
            uow.charges.save(charge)
            uow.commit()
        return Spoken(said, tries)
