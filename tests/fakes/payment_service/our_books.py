"""Our books in memory, as the comparison with the provider's reads them."""

from payment_service.domain.provider import WITH_MONEY
from payment_service.domain.provider_account import Payee
from payment_service.domain.reconciliation import BookEntry, Statement, by_number, day_of
from payment_service.domain.refund import RefundStatus
from payment_service.ports.reconciliation_ports import OurBooksPort


class FakeOurBooks(OurBooksPort):
    def __init__(self, database, platform=None):
        self.database = database
        self.platform = platform

    def payees(self):
        others = [Payee(*key) for key in sorted(self.database.books.accounts) if key[1] != self.platform]
        return (Payee(), *others)

    def entries(self, payee, stretch, since, ids, limit):
        after, upto = stretch.after, stretch.upto
        found = [
            entry
            for entry in self._entries(payee)
            if (after is None or by_number(entry.provider_id) > by_number(after))
            and (upto is None or by_number(entry.provider_id) <= by_number(upto))
            and (entry.provider_id in ids or (entry.updated_at or since) >= since)
        ]
        return tuple(sorted(found, key=lambda one: by_number(one.provider_id))[:limit])

    def entry(self, payee, provider_id):
        return next((one for one in self._entries(payee) if one.provider_id == provider_id), None)

    def known_orders(self, payee, order_ids):
        charges = self.database.books.charges
        mine = {order for order, (record, _) in charges.items() if payee.store in (None, record.terms.store)}
        return frozenset(mine & set(order_ids))

    def statement(self, payee, day):
        begin, end = day_of(day)
        sums = {}
        for store, payment in self._payments(payee):
            came = payment.at_provider in WITH_MONEY and begin <= payment.paid_at < end
            taken = payment.at_provider == "CHARGED_BACK" and begin <= payment.provider_updated_at < end
            done = [one for one in payment.refunds if one.status is RefundStatus.DONE]
            back = sum(one.amount for one in done if begin <= one.returned_at < end)
            left = payment.here - sum(one.amount for one in done)
            brought = Statement(payment.here if came else 0, back, left if taken else 0)
            if brought != Statement():
                sums[store] = sums.get(store, Statement()) + brought
        return dict(sorted(sums.items()))

    def reconciliations(self, days):
        rows = self.database.books.reconciliations.values()
        newest = sorted({one.day for one in rows}, reverse=True)[:days]
        order = [one for one in rows if one.day in newest]
        by_payee = sorted(order, key=lambda one: (one.payee.store or "", one.payee.collector or ""))
        return tuple(sorted(by_payee, key=lambda one: one.day, reverse=True))

    def _payments(self, payee):
        for record, _ in self.database.books.charges.values():
            for payment in record.payments:
                own = payment.collector in (None, self.platform)
                if (
                    own
                    if payee.store is None
                    else (record.terms.store, payment.collector)
                    == (
                        payee.store,
                        payee.collector,
                    )
                ):
                    yield record.terms.store, payment

    def _entries(self, payee):
        for record, _ in self.database.books.charges.values():
            for store, payment in self._payments(payee):
                if payment in record.payments and payment.provider_id is not None:
                    yield _entry(store, record.terms.order_id, payment)


def _entry(store, order_id, payment):
    return BookEntry(
        store=store,
        order_id=order_id,
        payment_id=payment.id,
        provider_id=payment.provider_id,
        status=payment.at_provider,
        amount=payment.here,
        paid_at=payment.paid_at,
        updated_at=payment.provider_updated_at,
        refunds={one.provider_id: one.amount for one in payment.refunds if one.status == "DONE"},
    )
