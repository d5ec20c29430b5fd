"""What nobody will ask for any more is dropped."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.card import TOKEN_LIFE
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory
from fake_checkout.usecases.answer_once_usecase import life_of_keys

NEWEST_REQUESTS = 5_000


@dataclass(frozen=True, slots=True)
class ForgetOld:
    """When answers or card tokens have lapsed, or more calls were kept than anybody reads, then they go."""

    uow: UnitOfWorkFactory
    switches: Callable[[], Switches]

    def execute(self) -> int:
        """Drop them; returns how many."""
        with self.uow() as uow:
            now = uow.now()
            dropped = uow.workbench.forget(
                answers_before=now - life_of_keys(self.switches()),
                card_tokens_before=now - TOKEN_LIFE,
                newest_requests=NEWEST_REQUESTS,
            )
            uow.commit()
            return dropped
