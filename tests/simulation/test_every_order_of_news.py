"""Whatever is heard of one payment, in whatever order, it ends alike: all 5,040 orders of seven are played.

The order is cancelled while its payment is approved, told once more, refunded and said to have expired, while
it is looked at, and while the answer that makes it is still under way. So at the end the money has to be
back, once and in full, and the order must have been told so.
"""

from collections import Counter
from dataclasses import replace
from itertools import permutations

import pytest

from payment_service.domain.charge_record import ChargeState
from payment_service.domain.events import PaymentApproved, PaymentClosed, PaymentRefunded
from payment_service.domain.notification import NotificationState
from payment_service.domain.payment_status import RANK_OF, PaymentStatus
from payment_service.domain.provider import Answered, ProviderRefund, ProviderRefundStatus, ProviderStatus
from tests.builders.payment_service import TOTAL
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway
from tests.unit.payment_service.usecases.house import House
from tests.unit.payment_service.usecases.test_notifications import notice

pytestmark = pytest.mark.timeout(300)
API_ANSWER = "api_answer"
NEWS = ("approved", "approved_again", "refunded", "expired_notice", "poll_result", "cancel", API_ANSWER)
QUIET_MINUTES = (2, 5, 15, 60)
"""How time goes on at the end: past every lease, poll and pursuit."""


class SlowGateway(FakePaymentGateway):
    """Makes a payment, and lets the rest of the world go on before it answers."""

    meanwhile = staticmethod(lambda: None)

    def create(self, call):
        answer = super().create(call)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return answer

    def give_back_by_hand(self, provider_id):
        """Somebody returns all that is left in the provider's own pages."""
        payment = self.payments[provider_id]
        left = payment.amount - sum(refund.amount for refund in payment.refunds)
        if payment.status is ProviderStatus.APPROVED and left:
            by_hand = ProviderRefund("by-hand", left, ProviderRefundStatus.DONE)
            self.payments[provider_id] = replace(payment, refunds=(*payment.refunds, by_hand))


class AsItHappens(House):
    """One order; what is told of its payment happens when it is told, and is acted upon at once."""

    def __init__(self):
        super().__init__()
        self.gateway = SlowGateway()

    def play(self, order):
        """Each piece of news in its turn; those before the API's answer come while it is waited for."""
        at = order.index(API_ANSWER)
        self.gateway.meanwhile = lambda: self.hear(order[:at])
        self.place()
        self.talk()
        self.hear(order[at + 1 :])
        for minutes in QUIET_MINUTES:
            self.wait(minutes=minutes).finish()

    def hear(self, news):
        for piece in news:
            before = self.payment.status
            getattr(self.wait(seconds=1), piece)()
            assert RANK_OF[self.payment.status] >= RANK_OF[before], f"{piece} moved it back"

    def finish(self):
        """Until nothing is due."""
        while self.read_notice() or self.talk():
            pass

    @property
    def provider_id(self):
        return self.gateway.newest()

    def notified(self, name):
        self.receive(notice(self, self.provider_id, request_id=name))
        self.finish()

    def approved(self):
        self.gateway.pay(self.provider_id)
        self.notified("approved")

    def approved_again(self):
        self.notified("approved-again")

    def refunded(self):
        self.gateway.give_back_by_hand(self.provider_id)
        self.notified("refunded")

    def expired_notice(self):
        if self.gateway.payments[self.provider_id].status is ProviderStatus.PENDING:
            self.gateway.expire(self.provider_id)
        self.notified("expired")

    def poll_result(self):
        self.wait(seconds=61).finish()

    def cancel(self):
        self.close("customer")
        self.finish()


class LongAfterItHappened(AsItHappens):
    """All of it has happened before the first piece is told; each is read as of its own time.

    Nothing follows before all was told, but what the poll says itself.
    """

    def hear(self, news):
        if self.gateway.payments[self.provider_id].status is ProviderStatus.PENDING:
            self.pending = self.gateway.payments[self.provider_id]
            self.gateway.pay(self.provider_id)
            self.paid = self.gateway.payments[self.provider_id]
            self.gateway.give_back_by_hand(self.provider_id)
        super().hear(news)

    def read_as(self, name, answer):
        self.receive(notice(self, self.provider_id, request_id=name))
        self.gateway.plan("get", Answered(answer))
        self.read_notice()
        self.gateway.faults["get"].clear()

    def approved(self):
        self.read_as("approved", self.paid)

    def approved_again(self):
        self.read_as("approved-again", self.paid)

    def refunded(self):
        self.read_as("refunded", self.gateway.payments[self.provider_id])

    def expired_notice(self):
        self.read_as("expired", replace(self.pending, status=ProviderStatus.EXPIRED, detail="expired"))

    def poll_result(self):
        self.wait(seconds=61).gateway.plan("get", Answered(self.pending))
        self.talk()
        self.gateway.faults["get"].clear()

    def cancel(self):
        self.close("customer")


class WhenTheDeadlineHasPassed(AsItHappens):
    """It is the order that has expired, and not the code: its money would be kept, if nobody cancelled."""

    def expired_notice(self):
        self.receive(notice(self, self.provider_id, request_id="expired"))
        self.close("expired")
        self.finish()


def how_it_ended(house):
    """Everything that must not depend on the order of the news."""
    (at_provider,) = house.gateway.payments.values()
    (payment,) = house.charge.payments
    told = [said.event for said in house.database.books.said]
    return {
        "charge": house.charge.state,
        "kept": house.charge.record.kept,
        "payment": payment.status,
        "returned here": payment.refunded,
        "returned there": sum(one.amount for one in at_provider.refunds),
        "still on its way": payment.given_back - payment.refunded,
        "answer": type([one for one in told if isinstance(one, PaymentApproved | PaymentClosed)][-1]),
        "told returned": len({one.refund_id for one in told if isinstance(one, PaymentRefunded)}),
        "notices": Counter(one.state for one in house.database.books.notifications.values()),
    }


THE_END = {
    "charge": ChargeState.CLOSED,
    "kept": None,
    "payment": PaymentStatus.APPROVED,
    "returned here": TOTAL,
    "returned there": TOTAL,
    "still on its way": 0,
    "answer": PaymentClosed,
    "told returned": 1,
    "notices": {NotificationState.READ: 4},
}


@pytest.mark.parametrize("kind", [AsItHappens, LongAfterItHappened, WhenTheDeadlineHasPassed])
def test_all_5040_orders_of_seven_news_end_alike(kind):
    played = 0
    for order in permutations(NEWS):
        house = kind()
        house.play(order)
        assert how_it_ended(house) == THE_END, order
        played += 1
    assert played == 5040
