"""Merchants are told what happened to their payments."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from fake_checkout.domain.delivery import Delivery, Notification, signature
from fake_checkout.domain.faults import Rule
from fake_checkout.ports.books_query_port import BooksQueryPort
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory, UnitOfWorkPort
from fake_checkout.ports.webhook_sender_port import WebhookSenderPort


@dataclass(frozen=True, slots=True)
class DeliverWebhook:
    """When a notification is due, then it is sent, and tried again later unless it was taken.

    The sending happens between two units of work: nobody waits for a merchant with the books open.
    """

    uow: UnitOfWorkFactory
    books: BooksQueryPort
    sender: WebhookSenderPort
    secret: str
    new_id: Callable[[], str]
    new_number: Callable[[], int]

    def execute(self) -> bool:
        """Deal with one notification; False when none is due."""
        if not self.books.notification_is_due():
            return False
        with self.uow() as uow:
            notification = uow.notifications.claim(uow.now())
            if notification is None:
                return False
            ready = self._suffer(uow, notification)
            ts = int(uow.real_now().timestamp())
            uow.commit()
        if ready is not None:
            self._attempt(ready, ts)
        return True

    def _suffer(self, uow: UnitOfWorkPort, notification: Notification) -> Notification | None:
        """Draw the faults of this attempt, once. Returns what is to be sent now, if it is."""
        if notification.faults is not None:
            return notification
        rules, faults = uow.workbench.faults().for_webhook(notification.payment_id)
        kinds = tuple(rule.kind for rule in rules)
        drawn = notification.struck_by(kinds)
        if rules:
            uow.workbench.set_faults(faults)
        now = uow.now()
        if "webhook_double" in kinds:
            uow.notifications.add(notification.again(self.new_number(), now, faults=()))
        if "webhook_reorder" in kinds:
            uow.notifications.save(drawn.held_back(now))
            return None
        delay = _delay(rules)
        if delay:
            uow.notifications.save(drawn.postponed(now + delay))
            return None
        return drawn

    def _attempt(self, notification: Notification, ts: int) -> None:
        kinds = notification.faults or ()
        request_id = self.new_id()
        header = self._signature(notification, request_id, ts)
        dropped = "webhook_drop" in kinds
        status = None if dropped else self.sender.send(notification, request_id=request_id, signature=header)
        with self.uow() as uow:
            now = uow.now()
            uow.notifications.save(notification.attempted(status, now))
            uow.notifications.release_held(notification.payment_id, now)
            uow.deliveries.add(
                Delivery(
                    id=self.new_id(),
                    notification_id=notification.id,
                    payment_id=notification.payment_id,
                    action=notification.action,
                    url=notification.url,
                    attempt=notification.attempt,
                    sent_at=now,
                    signature=header,
                    answer_status=status,
                    fault=", ".join(kinds) or None,
                )
            )
            uow.commit()

    def _signature(self, notification: Notification, request_id: str, ts: int) -> str:
        kinds = notification.faults or ()
        if "webhook_unsigned" in kinds:
            return ""
        secret = f"not {self.secret}" if "webhook_bad_signature" in kinds else self.secret
        return signature(secret, data_id=str(notification.payment_id), request_id=request_id, ts=ts)


def _delay(rules: Iterable[Rule]) -> timedelta:
    return timedelta(seconds=sum(rule.seconds or 0 for rule in rules if rule.kind == "webhook_delay"))
