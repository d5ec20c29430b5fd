"""A part of the provider's list and our payments in the same stretch of its numbers, one by one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from payment_service.domain.provider import Answered, ProviderPayment
from payment_service.domain.reconciliation import (
    BookEntry,
    Difference,
    Kind,
    Reconciliation,
    Statement,
    by_number,
    compare,
    day_of,
)
from payment_service.ports.charge_repository_port import ContradictingAnswer
from payment_service.ports.payment_gateway_port import PaymentGatewayPort, PaymentsPage
from payment_service.ports.provider_account_ports import ProvidersPort
from payment_service.ports.reconciliation_ports import OurBooksPort, Stretch
from payment_service.ports.unit_of_work_port import IdSource, UnitOfWorkFactory
from payment_service.usecases.hearing import hear

ENTRIES_AT_MOST = 500


@dataclass(slots=True)
class Comparison:
    """Goes on with `begun` by one `page`. What differs is asked about alone, and heard by its charge."""

    uow: UnitOfWorkFactory
    providers: ProvidersPort
    gateway: PaymentGatewayPort
    books: OurBooksPort
    new_id: IdSource
    begun: Reconciliation
    page: PaymentsPage
    differences: list[Difference] = field(default_factory=list)

    def run(self, is_late: Callable[[], bool]) -> Reconciliation:
        """Compare until all are or it is late, one at least. Returns how far it has come."""
        told = {one.id: one for one in self.page.payments}
        listed = sorted({*told, *self.page.unreadable}, key=by_number)
        is_last = not listed or self.begun.seen + len(listed) >= self.page.total
        entries = self._entries(listed, None if is_last else listed[-1])
        orders = self._orders()
        numbers = self._numbers(listed, entries)
        whole = is_last and len(entries) < ENTRIES_AT_MOST
        one = self.begun
        for number in numbers:
            if one is not self.begun and is_late():
                whole = False
                break
            one = self._compare(one, number, entries.get(number), told.get(number), orders)
        behind = sum(one.last_id is not None and by_number(id_) <= by_number(one.last_id) for id_ in listed)
        one = replace(one, seen=self.begun.seen + behind)
        return self._ended(one) if whole else one

    def _entries(self, listed: list[str], upto: str | None) -> dict[str, BookEntry]:
        stretch, since = Stretch(self.begun.last_id, upto), day_of(self.begun.day)[0]
        found = self.books.entries(self.begun.payee, stretch, since, listed, ENTRIES_AT_MOST)
        return {entry.provider_id: entry for entry in found}

    def _orders(self) -> frozenset[str]:
        references = {one.reference for one in self.page.payments if one.reference is not None}
        return self.books.known_orders(self.begun.payee, references)

    def _numbers(self, listed: list[str], entries: dict[str, BookEntry]) -> list[str]:
        """All that is to be compared: not what is told again, since the list has grown before it."""
        numbers = sorted({*listed, *entries}, key=by_number)
        if len(entries) >= ENTRIES_AT_MOST:  # what is above the last of them was not looked for
            end = by_number(max(entries, key=by_number))
            numbers = [number for number in numbers if by_number(number) <= end]
        after = self.begun.last_id
        return [number for number in numbers if after is None or by_number(number) > by_number(after)]

    def _compare(
        self,
        one: Reconciliation,
        number: str,
        entry: BookEntry | None,
        told: ProviderPayment | None,
        orders: frozenset[str],
    ) -> Reconciliation:
        one = replace(one, last_id=number)
        if entry is None and (told is None or not self._is_ours(told, orders)):
            return one
        kinds = self._kinds(number, entry, told)
        if kinds:
            told, difference = self._settle(number, kinds, entry, told)
            self.differences.append(difference)
            one = one.with_difference(difference)
        return one.with_payment(told, entry.store if entry is not None else None)

    def _is_ours(self, told: ProviderPayment, orders: frozenset[str]) -> bool:
        """Others may sell in the same account: what names no order and no attempt of ours is theirs."""
        attempt = told.payment_id is not None and self.begun.payee.store in (None, told.store)
        return attempt or told.reference in orders

    def _kinds(self, number: str, entry: BookEntry | None, told: ProviderPayment | None) -> tuple[Kind, ...]:
        if entry is None:
            return (Kind.MISSING_HERE,)
        if told is None:
            return (Kind.UNREADABLE if number in self.page.unreadable else Kind.MISSING_THERE,)
        return compare(entry, told)

    def _settle(
        self, number: str, kinds: tuple[Kind, ...], entry: BookEntry | None, told: ProviderPayment | None
    ) -> tuple[ProviderPayment | None, Difference]:
        """Ask about it alone, have it heard, and look again. Also how it stands at the provider."""
        read = self.gateway.get(number)
        left = kinds
        before = entry
        if isinstance(read, Answered):
            told = read.value
            self._hear(told)
            entry = self.books.entry(self.begun.payee, number)
            left = self._kinds(number, entry, told)
        if left:
            return told, Difference.of(number, left, entry, told)
        return told, replace(Difference.of(number, kinds, before, told), repaired=True)

    def _hear(self, told: ProviderPayment) -> None:
        try:
            with self.uow() as uow:
                hear(uow, self.providers, self.begun.payee, told, self.new_id)
                uow.commit()
        except ContradictingAnswer:
            return  # it stays a difference

    def _ended(self, one: Reconciliation) -> Reconciliation:
        """Every payment was compared: so are the sums of the day."""
        ours = self.books.statement(one.payee, one.day)
        for store in sorted({*ours, *one.theirs}):
            here, there = ours.get(store, Statement()), one.theirs.get(store, Statement())
            if here != there:
                words = (str(here), str(there))
                difference = Difference(kinds=(Kind.STATEMENT,), store=store, ours=words[0], theirs=words[1])
                self.differences.append(difference)
                one = one.with_difference(difference)
        with self.uow() as uow:
            return one.finished(uow.now())
