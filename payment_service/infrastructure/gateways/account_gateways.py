"""A gateway for each account at the provider: the platform's, and those that stores have brought."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import structlog

from payment_service.domain.provider_account import collector_of
from payment_service.infrastructure.gateways.mercado_pago_gateway import Account
from payment_service.ports.payment_gateway_port import PaymentGatewayPort
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.sealing_port import CannotUnseal, SealingPort

MOST_GATEWAYS = 256
"""Of so many accounts it is remembered which kinds of calls rest."""
NOTICES_PATH = "/payments/webhook"

log = structlog.get_logger(__name__)

MakeGateway = Callable[[Account], PaymentGatewayPort]


class SealedTokens(Protocol):
    """Where tokens are kept."""

    def sealed_access_token(self, store: str, collector: str) -> str | None:
        """The newest token of the account; None where the store never had it."""
        ...


class AccountGateways(ProvidersPort):
    """A token that was replaced is never used again: each call begins with the one that is kept now."""

    def __init__(
        self, platform: Account, tokens: SealedTokens, sealing: SealingPort, make: MakeGateway
    ) -> None:
        self._platform_account = platform
        self._platform = make(platform)
        self._tokens = tokens
        self._sealing = sealing
        self._made = lru_cache(MOST_GATEWAYS)(lambda store, token: make(_of_store(platform, store, token)))

    @property
    def platform(self) -> str | None:
        """As its token tells it."""
        return collector_of(self._platform_account.access_token)

    def of(self, store: str, collector: str | None) -> PaymentGatewayPort | None:
        """The platform speaks for its own account in every store, whatever a store says of it."""
        if collector in (None, self.platform):
            return self._platform
        sealed = self._tokens.sealed_access_token(store, collector)
        if sealed is None:
            return None
        try:
            token = self._sealing.unseal(sealed)
        except CannotUnseal:
            log.exception("account_not_readable", store=store, collector=collector)
            return None
        return self._made(store, token)


def _of_store(platform: Account, store: str, token: str) -> Account:
    """Its notices come to the store's own address, since they are signed with the account's own secret."""
    url = platform.webhook_url
    if url is not None and url.endswith(NOTICES_PATH):
        url = f"{url.removesuffix(NOTICES_PATH)}/stores/{store}{NOTICES_PATH}"
    return replace(platform, access_token=token, webhook_url=url)
