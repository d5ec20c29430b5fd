"""Accounts at the provider in SQL."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row, Select
from sqlalchemy.dialects import postgresql, sqlite

from payment_service.domain.provider_account import ProviderAccount
from payment_service.infrastructure.models.account_model import provider_accounts
from payment_service.infrastructure.repositories.charge_rows import Values
from payment_service.ports.provider_account_ports import AccountRepositoryPort

KEY = ("store", "collector")


class AccountRepository(AccountRepositoryPort):
    """Accounts by store and number."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, account: ProviderAccount) -> None:
        """The row of the same account is written over."""
        insert = sqlite.insert if self._connection.dialect.name == "sqlite" else postgresql.insert
        values = _values(account)
        new = insert(provider_accounts).values(values)
        changed = {name: value for name, value in values.items() if name not in KEY}
        self._connection.execute(new.on_conflict_do_update(index_elements=KEY, set_=changed))

    def current(self, store: str) -> ProviderAccount | None:
        """The newest that was not retired."""
        not_retired = _of_store(store).where(provider_accounts.c.retired_at.is_(None)).limit(1)
        row = self._connection.execute(not_retired).first()
        return None if row is None else _account(row)

    def known(self, store: str) -> tuple[ProviderAccount, ...]:
        """Retired ones too."""
        return tuple(_account(row) for row in self._connection.execute(_of_store(store)))

    def retire(self, store: str, now: datetime) -> None:
        """All of them, or the one before would take over."""
        of_store = provider_accounts.c.store == store
        self._connection.execute(sa.update(provider_accounts).where(of_store).values(retired_at=now))


def _of_store(store: str) -> Select[Any]:
    newest_first = (provider_accounts.c.set_at.desc(), provider_accounts.c.collector)
    return sa.select(provider_accounts).where(provider_accounts.c.store == store).order_by(*newest_first)


def _values(account: ProviderAccount) -> Values:
    return {
        "store": account.store,
        "collector": account.collector,
        "sealed_access_token": account.sealed_access_token,
        "sealed_webhook_secret": account.sealed_webhook_secret,
        "public_key": account.public_key,
        "set_at": account.set_at,
        "retired_at": None,
    }


def _account(row: Row[Any]) -> ProviderAccount:
    return ProviderAccount(
        store=row.store,
        collector=row.collector,
        sealed_access_token=row.sealed_access_token,
        sealed_webhook_secret=row.sealed_webhook_secret,
        public_key=row.public_key,
        set_at=row.set_at,
    )
