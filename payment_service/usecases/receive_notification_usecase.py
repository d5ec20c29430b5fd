"""When the provider gives notice, it is verified and stored; what is true is read from the provider later."""

from dataclasses import dataclass

from payment_service.domain.notification import Notification
from payment_service.domain.webhook_signature import SignatureCheck, SignedNotice
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class ReceiveNotification:
    """The notice, and what it is about."""

    store: str
    notice: SignedNotice
    topic: str


@dataclass(frozen=True, slots=True)
class ReceiveNotificationUseCase:
    """Takes notices in."""

    uow: UnitOfWorkFactory
    check: SignatureCheck
    new_id: IdSource

    def execute(self, request: ReceiveNotification) -> bool:
        """Whether it was new. Raises UntrustedNotification, with nothing stored."""
        with self.uow() as uow:
            now = uow.now()
            fingerprint = self.check.require(request.notice, now)
            notification = Notification.received(
                notification_id=self.new_id(),
                store=request.store,
                topic=request.topic,
                provider_id=request.notice.resource_id,
                fingerprint=fingerprint,
                now=now,
            )
            is_new = uow.notifications.add(notification)
            uow.commit()
        return is_new
