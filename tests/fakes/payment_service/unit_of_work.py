"""A unit of work over books in memory: it works on a copy, which a commit puts in their place."""

from dataclasses import replace

from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import ChargeState
from payment_service.domain.errors import UnknownCharge, UnknownPayment
from payment_service.ports.charge_repository_port import (
    ChargeRepositoryPort,
    ContradictingAnswer,
    DueChargesPort,
)
from payment_service.ports.notification_repository_port import NotificationRepositoryPort
from payment_service.ports.provider_account_ports import AccountRepositoryPort
from payment_service.ports.reconciliation_ports import ReconciliationRepositoryPort
from payment_service.ports.unit_of_work_port import UnitOfWorkPort
from payment_service.ports.upkeep_ports import AnnouncementPort, LeftoversPort, SealedTextsPort
from servicekit.database.unit_of_work import StaleAggregate
from tests.fakes.payment_service.books import SaidEvent


class FakeUnitOfWork(UnitOfWorkPort):
    def __init__(self, database):
        self.database = database
        self.tracked = {}

    def __enter__(self):
        self.books = self.database.books.copy()
        return self

    def __exit__(self, kind, error, traceback):
        del self.books

    def commit(self):
        for charge in self.tracked.values():
            for event in charge.pull_events():
                self.books.said.append(SaidEvent(charge.subject, charge.store, event, charge.version))
        self.database.books = self.books.copy()
        self.database.commits += 1

    def now(self):
        return self.database.now

    def track(self, charge):
        self.tracked[id(charge)] = charge
        return charge

    @property
    def charges(self):
        return FakeChargeRepository(self)

    @property
    def due_charges(self):
        return FakeDueCharges(self)

    @property
    def accounts(self):
        return FakeAccountRepository(self.books.accounts)

    @property
    def sealed_texts(self):
        return FakeSealedTexts(self.books)

    @property
    def notifications(self):
        return FakeNotificationRepository(self.books)

    @property
    def reconciliations(self):
        return FakeReconciliationRepository(self.books.reconciliations)

    @property
    def announcements(self):
        return FakeAnnouncements(self.books)

    @property
    def leftovers(self):
        return FakeLeftovers(self.books)


class FakeChargeRepository(ChargeRepositoryPort):
    def __init__(self, uow):
        self.uow = uow
        self.charges = uow.books.charges

    def opened(self, terms, now):
        if terms.order_id not in self.charges:
            self.charges[terms.order_id] = (Charge.opened(terms, now).record, 1)
        return self.get(terms.store, terms.order_id)

    def get(self, store, order_id):
        record, version = self.charges.get(order_id, (None, 0))
        if record is None or record.terms.store != store:
            raise UnknownCharge("no such charge")
        return self.uow.track(Charge(record, version))

    def of_payment(self, store, payment_id):
        for record, version in self.charges.values():
            if record.terms.store == store and any(one.id == payment_id for one in record.payments):
                return self.uow.track(Charge(record, version))
        raise UnknownPayment("no such payment")

    def of_answer(self, answer, store):
        mine = {
            order: (record, version)
            for order, (record, version) in self.charges.items()
            if store in (None, record.terms.store)
        }
        for record, version in mine.values():
            if any(payment.provider_id == answer.id for payment in record.payments):
                return self.uow.track(Charge(record, version))
        record, version = mine.get(answer.reference, (None, 0))
        return self.uow.track(Charge(record, version)) if record is not None else None

    def save(self, charge):
        order_id = charge.subject
        if self.charges[order_id][1] != charge.version:
            raise StaleAggregate
        self._check(charge)
        charge.saved()
        self.charges[order_id] = (charge.record, charge.version)
        self.uow.books.answers.extend(charge.pull_heard())

    def _check(self, charge):
        others = [record for order, (record, _) in self.charges.items() if order != charge.subject]
        payments = [payment for record in (*others, charge.record) for payment in record.payments]
        refunds = [refund for payment in payments for refund in payment.refunds]
        for ids in ([one.provider_id for one in payments], [one.provider_id for one in refunds]):
            known = [one for one in ids if one is not None]
            if len(known) != len(set(known)):
                raise ContradictingAnswer("provider id")


class FakeDueCharges(DueChargesPort):
    def __init__(self, uow):
        self.uow = uow

    def next_due(self, now):
        return self._first(now, lambda record: record.next_at)

    def next_silent(self, now):
        return self._first(now, lambda record: record.remind_at)

    def _first(self, now, when):
        due = [
            (when(record), order, record, version)
            for order, (record, version) in self.uow.books.charges.items()
            if when(record) is not None and when(record) <= now
        ]
        if not due:
            return None
        _, _, record, version = min(due, key=lambda one: one[:2])
        return self.uow.track(Charge(record, version))


class FakeNotificationRepository(NotificationRepositoryPort):
    def __init__(self, books):
        self.rows = books.notifications

    def add(self, notification):
        if any(one.fingerprint == notification.fingerprint for one in self.rows.values()):
            return False
        self.rows[notification.id] = notification
        return True

    def get(self, notification_id):
        return self.rows[notification_id]

    def next_due(self, now):
        due = [one for one in self.rows.values() if one.work.is_due(now)]
        return min(due, key=lambda one: (one.work.next_at, one.id), default=None)

    def save(self, notification):
        self.rows[notification.id] = notification


class FakeReconciliationRepository(ReconciliationRepositoryPort):
    def __init__(self, rows):
        self.rows = rows

    def newest(self, payee, limit):
        known = [one for one in self.rows.values() if one.payee == payee]
        return tuple(sorted(known, key=lambda one: one.day, reverse=True)[:limit])

    def add(self, reconciliation):
        self.rows.setdefault((reconciliation.payee, reconciliation.day), reconciliation)

    def get(self, payee, day):
        return self.rows.get((payee, day))

    def next_due(self, now):
        due = [one for one in self.rows.values() if one.work.is_due(now)]
        return min(due, key=lambda one: (one.work.next_at, one.day, str(one.payee)), default=None)

    def save(self, reconciliation):
        self.rows[reconciliation.payee, reconciliation.day] = reconciliation


class FakeAccountRepository(AccountRepositoryPort):
    def __init__(self, rows):
        self.rows = rows

    def put(self, account):
        self.rows[account.store, account.collector] = (account, None)

    def current(self, store):
        live = [account for account, retired in self._of(store) if retired is None]
        return live[0] if live else None

    def known(self, store):
        return tuple(account for account, _ in self._of(store))

    def retire(self, store, now):
        for account in self.known(store):
            self.rows[store, account.collector] = (account, now)

    def _of(self, store):
        found = [row for row in self.rows.values() if row[0].store == store]
        by_number = sorted(found, key=lambda row: row[0].collector)
        return sorted(by_number, key=lambda row: row[0].set_at, reverse=True)


class FakeSealedTexts(SealedTextsPort):
    def __init__(self, books):
        self.books = books

    def change(self, change):
        for key, (account, retired) in self.books.accounts.items():
            changed = replace(
                account,
                sealed_access_token=change(account.sealed_access_token),
                sealed_webhook_secret=change(account.sealed_webhook_secret),
            )
            self.books.accounts[key] = (changed, retired)
        cards = 0
        for order_id, (record, version) in self.books.charges.items():
            changed = [self._changed(payment, change) for payment in record.payments]
            cards += sum(payment.sealed_card is not None for payment in changed)
            self.books.charges[order_id] = (replace(record, payments=tuple(changed)), version)
        return 2 * len(self.books.accounts) + cards

    def _changed(self, payment, change):
        sealed = payment.sealed_card
        return payment if sealed is None else replace(payment, sealed_card=change(sealed))


class FakeAnnouncements(AnnouncementPort):
    def __init__(self, books):
        self.said = books.said

    def say_again(self, order_id, event_type):
        alike = [one for one in self.said if (one.subject, one.event.type) == (order_id, event_type)]
        if alike:
            last = alike[-1]
            self.said.append(SaidEvent(last.subject, last.store, last.event, last.sequence, repeated=True))


class FakeLeftovers(LeftoversPort):
    def __init__(self, books):
        self.books = books

    def purge(self, *, before, keys_before, limit):
        done = [one.id for one in self.books.notifications.values() if self._is_old(one, before)][:limit]
        for notification_id in done:
            del self.books.notifications[notification_id]
        kept = [key for key in self.books.keys if key >= keys_before]
        forgotten = len(self.books.keys) - len(kept)
        self.books.keys = kept
        return len(done) + forgotten

    def _is_old(self, notification, before):
        return notification.received_at < before and notification.work.due_at is None


def charge_in(database, order_id):
    """The charge as it is stored."""
    return Charge(*database.books.charges[order_id])


def is_closed(database, order_id):
    return charge_in(database, order_id).state is ChargeState.CLOSED
