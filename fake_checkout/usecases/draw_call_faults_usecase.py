"""A call may go wrong on purpose."""

import re
from dataclasses import dataclass

from fake_checkout.domain.errors import UnknownPayment
from fake_checkout.domain.fault_rule import Call, Rule
from fake_checkout.domain.faults import Faults
from fake_checkout.domain.magic import call_rule
from fake_checkout.ports.books_query_port import BooksQueryPort
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory

_OF_PAYMENT = re.compile(r"/v1/payments/([0-9]{1,15})(?:/.*)?")


@dataclass(frozen=True, slots=True)
class DrawCallFaultsRequest:
    """`path` is below the emulator's base URL.

    A request for a payment also tells its `amount` in centavos, its `reference` and its idempotency `key`;
    a search tells its `reference`.
    """

    method: str
    path: str
    amount: int | None = None
    reference: str | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class DrawCallFaults:
    """When a call matches rules, then it is counted, and suffers those that strike.

    A magic value strikes once for each key. `magic`: whether such values mean anything.
    """

    uow: UnitOfWorkFactory
    books: BooksQueryPort
    magic: bool

    def execute(self, request: DrawCallFaultsRequest) -> tuple[Rule, ...]:
        """The rules that strike this call."""
        faults = self.books.faults()
        call = Call(request.method, request.path, self._reference(request, faults))
        chosen = call_rule(request.amount, request.reference) if self.magic and request.key else None
        if chosen is not None and request.key in faults.spent:
            chosen = None
        if chosen is None and not any(watch.rule.matches_call(call) for watch in faults.watches):
            return ()
        with self.uow() as uow:
            struck, faults = uow.workbench.faults().for_call(call)
            uow.workbench.set_faults(faults if chosen is None else faults.with_spent(request.key))
            uow.commit()
        return struck if chosen is None else (*struck, chosen)

    def _reference(self, request: DrawCallFaultsRequest, faults: Faults) -> str | None:
        """The external_reference of the payment that the call is about, where a rule asks for one."""
        found = _OF_PAYMENT.fullmatch(request.path)
        if found is None or all(watch.rule.external_reference is None for watch in faults.watches):
            return request.reference
        try:
            return self.books.payment(int(found[1])).terms.external_reference
        except UnknownPayment:
            return None
