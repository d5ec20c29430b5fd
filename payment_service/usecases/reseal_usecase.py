"""When a new key is put in front of the others, what they sealed is sealed again, so that they can go."""

from dataclasses import dataclass

from payment_service.ports.sealing_port import CannotUnseal, SealingPort
from payment_service.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Reseal:
    """All of it."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many texts are sealed with the newest key now, and how many no key fits."""

    sealed: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class ResealUseCase:
    """Seals again with the newest key."""

    uow: UnitOfWorkFactory
    sealing: SealingPort

    def execute(self, _request: Reseal) -> Resealed:
        """What no key fits is left as it is: its key may be found."""
        unreadable = []

        def seal_again(text: str) -> str:
            try:
                return self.sealing.seal_again(text)
            except CannotUnseal:
                unreadable.append(text)
                return text

        with self.uow() as uow:
            texts = uow.sealed_texts.change(seal_again)
            uow.commit()
        return Resealed(texts - len(unreadable), len(unreadable))
