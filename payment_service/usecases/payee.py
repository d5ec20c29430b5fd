"""Whose account an attempt is paid into that begins now."""

from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.unit_of_work_port import UnitOfWorkPort


def payee(uow: UnitOfWorkPort, providers: ProvidersPort, store: str) -> str | None:
    """The number of the store's own account, else of the platform's; None where that is not known."""
    account = uow.accounts.current(store)
    return providers.platform if account is None else account.collector
