"""A browser (or a merchant) exchanges a card for a token."""

from collections.abc import Callable
from dataclasses import dataclass

from fake_checkout.domain.account import Account
from fake_checkout.domain.card import Card, CardToken
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CreateCardToken:
    """When a card is shown, then a token stands for it in one payment; the number is forgotten before."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]

    def execute(self, account: Account, card: Card) -> CardToken:
        """Make the token."""
        with self.uow() as uow:
            token = CardToken(self.new_id(), account.collector_id, account.is_live, card, uow.now())
            uow.card_tokens.add(token)
            uow.commit()
            return token
