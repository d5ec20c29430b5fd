"""What nobody will ask for any more is dropped."""

from dataclasses import dataclass

from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory
from fake_checkout.usecases.answer_once_usecase import KEPT

NEWEST_REQUESTS = 5_000


@dataclass(frozen=True, slots=True)
class ForgetOld:
    """When answers have lapsed, or more calls were recorded than anybody reads, then they go."""

    uow: UnitOfWorkFactory

    def execute(self) -> int:
        """Drop them; returns how many."""
        with self.uow() as uow:
            dropped = uow.workbench.forget(answers_before=uow.now() - KEPT, newest_requests=NEWEST_REQUESTS)
            uow.commit()
            return dropped
