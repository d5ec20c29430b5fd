"""Merchants are told what happened to their payments."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fake_checkout.domain.delivery import Delivery, Notification, SigningWay, signature
from fake_checkout.domain.fault_rule import Rule
from fake_checkout.domain.magic import webhook_rule
from fake_checkout.domain.switches import Switches
from fake_checkout.ports.books_query_port import BooksQueryPort
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory, UnitOfWorkPort
from fake_checkout.ports.webhook_sender_port import WebhookSenderPort

UNKNOWN_PAYMENT = 999_999_999_999
"""Whom a webhook names that is to be about a payment that nobody has."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """Where ids come from: of deliveries and requests, and of notifications."""

    new_id: Callable[[], str]
    new_number: Callable[[], int]


@dataclass(frozen=True, slots=True)
class DeliverWebhook:
    """When a notification is due, then it is sent, and tried again later unless it was taken.

    The sending happens between two units of work: nobody waits for a merchant with the books open.
    `secret_of` tells what an account's webhooks are signed with, by its number; `magic`: whether magic values
    mean anything.
    """

    uow: UnitOfWorkFactory
    books: BooksQueryPort
    sender: WebhookSenderPort
    secret_of: Callable[[int], str]
    switches: Callable[[], Switches]
    numbering: Numbering
    magic: bool

    def execute(self) -> bool:
        """Deal with one notification; False when none is due."""
        if not self.books.notification_is_due():
            return False
        switches = self.switches()
        with self.uow() as uow:
            notification = uow.notifications.claim(uow.now())
            if notification is None:
                return False
            ready = self._suffer(uow, notification, switches)
            real_now = uow.real_now()
            uow.commit()
        if ready is not None:
            self._attempt(ready, real_now, switches)
        return True

    def _suffer(
        self, uow: UnitOfWorkPort, notification: Notification, switches: Switches
    ) -> Notification | None:
        """Draw the faults of this attempt, once. Returns what is to be sent now, if it is."""
        if notification.faults is not None:
            return notification
        rules = self._draw(uow, notification)
        drawn = notification.in_style(notification.wanted_style or notification.style).struck_by(rules)
        now = uow.now()
        self._multiply(uow, drawn, switches, now)
        # One that finds another waiting overtakes it; were both to wait, they would go in order after all.
        if _strikes(rules, "webhook_reorder") and not uow.notifications.any_is_held(drawn.payment_id):
            uow.notifications.save(drawn.held_back(now))
            return None
        delay = _seconds(rules, "webhook_delay")
        if delay:
            uow.notifications.save(drawn.postponed(now + delay))
            return None
        return drawn

    def _draw(self, uow: UnitOfWorkPort, notification: Notification) -> tuple[Rule, ...]:
        terms = self.books.payment(notification.payment_id).terms
        rules, faults = uow.workbench.faults().for_webhook(notification.payment_id, terms.external_reference)
        if rules:
            uow.workbench.set_faults(faults)
        chosen = None
        if self.magic and notification.attempt == 0:
            chosen = webhook_rule(terms.amount, terms.external_reference)
        return rules if chosen is None else (*rules, chosen)

    def _multiply(
        self, uow: UnitOfWorkPort, notification: Notification, switches: Switches, now: datetime
    ) -> None:
        """Keep what comes beside its first try: copies, the same again later, its twin in the older style."""
        if notification.attempt:
            return
        for rule in notification.faults or ():
            if rule.kind == "webhook_double":
                for _ in range(rule.copies or 1):
                    uow.notifications.add(notification.again(self.numbering.new_number(), now, faults=()))
            elif rule.kind == "webhook_repeat":
                later = now + timedelta(seconds=rule.seconds or 0)
                uow.notifications.add(notification.again(self.numbering.new_number(), later, faults=()))
        has_twin = switches["webhook_ipn"] == "on" and notification.wanted_style is None
        if has_twin and notification.style == "webhook":
            uow.notifications.add(notification.again(self.numbering.new_number(), now).in_style("ipn"))

    def _attempt(self, notification: Notification, real_now: datetime, switches: Switches) -> None:
        rules = notification.faults or ()
        request_id = "" if _strikes(rules, "webhook_no_request_id") else self.numbering.new_id()
        named = replace(notification, payment_id=_named(notification))
        header = self._signature(named, request_id, real_now, switches)
        status = None
        if not _strikes(rules, "webhook_drop"):
            status = self.sender.send(named, request_id=request_id, signature=header)
        if _strikes(rules, "webhook_answer_lost"):
            status = None
        self._log(notification, header, status)

    def _signature(
        self, notification: Notification, request_id: str, real_now: datetime, switches: Switches
    ) -> str:
        rules = notification.faults or ()
        if notification.style == "ipn" or _strikes(rules, "webhook_unsigned"):
            return ""
        secret = self.secret_of(notification.user_id)
        return signature(
            f"not {secret}" if _strikes(rules, "webhook_bad_signature") else secret,
            data_id=str(notification.payment_id),
            request_id=request_id,
            sent_at=real_now - _seconds(rules, "webhook_stale"),
            way=SigningWay(
                milliseconds=switches["webhook_ts"] == "milliseconds", lower=switches["webhook_id"] == "lower"
            ),
        )

    def _log(self, notification: Notification, header: str, status: int | None) -> None:
        with self.uow() as uow:
            now = uow.now()
            uow.notifications.save(notification.attempted(status, now))
            uow.notifications.release_held(notification.payment_id, now)
            uow.deliveries.add(
                Delivery(
                    id=self.numbering.new_id(),
                    notification_id=notification.id,
                    payment_id=notification.payment_id,
                    action=notification.action,
                    url=notification.url,
                    attempt=notification.attempt,
                    sent_at=now,
                    signature=header,
                    answer_status=status,
                    fault=", ".join(rule.kind for rule in notification.faults or ()) or None,
                    style=notification.style,
                )
            )
            uow.commit()


def _strikes(rules: Iterable[Rule], kind: str) -> bool:
    return any(rule.kind == kind for rule in rules)


def _seconds(rules: Iterable[Rule], kind: str) -> timedelta:
    return timedelta(seconds=sum(rule.seconds or 0 for rule in rules if rule.kind == kind))


def _named(notification: Notification) -> int:
    """The payment that the webhook says it is about."""
    for rule in notification.faults or ():
        if rule.kind == "webhook_other_payment":
            return rule.about or UNKNOWN_PAYMENT
    return notification.payment_id
