"""When the provider gives notice, it is verified and stored; what is true is read from the provider later."""

from dataclasses import dataclass, replace
from datetime import datetime

from payment_service.domain.errors import UntrustedNotification
from payment_service.domain.notification import Notification
from payment_service.domain.webhook_signature import SignatureCheck, SignedNotice
from payment_service.ports.sealing_port import CannotUnseal, SealingPort
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory, UnitOfWorkPort


@dataclass(frozen=True, slots=True)
class ReceiveNotification:
    """The notice, and what it is about."""

    store: str
    notice: SignedNotice
    topic: str


@dataclass(frozen=True, slots=True)
class ReceiveNotificationUseCase:
    """Takes notices in; `check` knows the platform's secret, and the store's accounts have theirs."""

    uow: UnitOfWorkFactory
    check: SignatureCheck
    sealing: SealingPort
    new_id: IdSource

    def execute(self, request: ReceiveNotification) -> bool:
        """Whether it was new. Raises UntrustedNotification, with nothing stored."""
        with self.uow() as uow:
            now = uow.now()
            collector, fingerprint = self._signer(uow, request, now)
            notification = Notification.received(
                notification_id=self.new_id(),
                store=request.store,
                topic=request.topic,
                provider_id=request.notice.resource_id,
                fingerprint=fingerprint,
                now=now,
            ).signed_for(collector)
            is_new = uow.notifications.add(notification)
            uow.commit()
        return is_new

    def _signer(
        self, uow: UnitOfWorkPort, request: ReceiveNotification, now: datetime
    ) -> tuple[str | None, str]:
        """The number of the account whose secret it was, None for the platform's; and the fingerprint."""
        try:
            return None, self.check.require(request.notice, now)
        except UntrustedNotification:
            for account in uow.accounts.known(request.store):
                try:
                    secret = self.sealing.unseal(account.sealed_webhook_secret)
                    check = replace(self.check, secret=secret)
                    return account.collector, check.require(request.notice, now)
                except (UntrustedNotification, CannotUnseal):
                    continue
            raise
