"""Card tokens in SQL."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row

from fake_checkout.domain.card import Card, CardToken
from fake_checkout.domain.errors import UnknownCardToken
from fake_checkout.infrastructure.models import card_tokens
from fake_checkout.infrastructure.repositories.tracking import Tracking
from fake_checkout.ports.unit_of_work_port import CardTokenRepositoryPort


class CardTokenRepository(CardTokenRepositoryPort):
    """Tokens, locked while they are spent."""

    def __init__(self, uow: Tracking) -> None:
        self._uow = uow

    def add(self, token: CardToken) -> None:
        """Keep a new one."""
        self._uow.connection.execute(sa.insert(card_tokens).values(**asdict(token)))

    def get(self, token_id: str) -> CardToken:
        """The token, locked until the end of this work. Raises UnknownCardToken."""
        row = self._uow.connection.execute(card_token_row(token_id).with_for_update()).first()
        return card_token_from(row, token_id)

    def save(self, token: CardToken) -> None:
        """Keep that it was used."""
        used = sa.update(card_tokens).where(card_tokens.c.id == token.id).values(used_at=token.used_at)
        self._uow.connection.execute(used)


def card_token_row(token_id: str) -> sa.Select[Any]:
    """Where it is."""
    return sa.select(card_tokens).where(card_tokens.c.id == token_id)


def card_token_from(row: Row[Any] | None, token_id: str) -> CardToken:
    """The token of a row. Raises UnknownCardToken where there is none."""
    if row is None:
        raise UnknownCardToken(f"no card token {token_id}")
    return CardToken(
        id=row.id,
        collector_id=row.collector_id,
        is_live=row.is_live,
        card=Card(**row.card),
        created_at=row.created_at,
        used_at=row.used_at,
    )
