"""Reading an account past the unit of work, for a call to the provider that no transaction is around."""

import sqlalchemy as sa

from payment_service.infrastructure.models.account_model import provider_accounts
from servicekit.database.database import Database


class AccountQuery:
    """The newest token of an account, sealed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sealed_access_token(self, store: str, collector: str) -> str | None:
        """None where the store never had such an account."""
        wanted = sa.select(provider_accounts.c.sealed_access_token).where(
            provider_accounts.c.store == store, provider_accounts.c.collector == collector
        )
        with self._database.read() as connection:
            return connection.execute(wanted).scalar()
