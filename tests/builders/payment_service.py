"""Charges, payments and the provider's answers, with defaults that are right unless a test says otherwise."""

import binascii
from datetime import UTC, datetime, timedelta
from itertools import count

from payment_service.domain.charge import Charge
from payment_service.domain.charge_record import Means, Terms
from payment_service.domain.payment import Payment
from payment_service.domain.provider import ProviderPayment, ProviderStatus
from payment_service.domain.refund import Refund

NOW = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
LEASE = timedelta(seconds=45)
ORDER = "019aa000-0000-7000-8000-000000000001"
STORE = "default"
TOTAL = 5980


def ids(prefix="id"):
    """Gives ids that can be told apart and compared."""
    numbers = count(1)
    return lambda: f"{prefix}-{next(numbers)}"


def a_code(text="00020126"):
    """A BR Code whose check sum is right: `text` stands for what it says."""
    body = f"00020126{len(text):02d}{text}6304"
    return body + f"{binascii.crc_hqx(body.encode(), 0xFFFF):04X}"


def terms(**changes):
    values = {
        "order_id": ORDER,
        "store": STORE,
        "total": TOTAL,
        "method": "pix",
        "deadline": NOW + timedelta(minutes=15),
        "attempts_allowed": 3,
    }
    return Terms(**(values | changes))


def a_payment(**changes):
    values = {
        "id": "payment-1",
        "number": 1,
        "method": "pix",
        "amount": TOTAL,
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=40),
    }
    return Payment(**(values | changes))


def a_refund(**changes):
    values = {"id": "refund-1", "amount": 1000, "reason": "staff", "created_at": NOW}
    return Refund(**(values | changes))


def an_answer(status=ProviderStatus.PENDING, *, of="payment-1", **changes):
    """What the provider says of an attempt that it knows by the attempt's id with an `mp-` before it."""
    values = {
        "id": f"mp-{of}",
        "status": status,
        "amount": TOTAL,
        "currency": "BRL",
        "reference": ORDER,
        "payment_id": of,
        "detail": status.lower(),
        "qr_code": a_code(of),
        "ticket_url": f"https://provider.test/{of}",
        "expires_at": NOW + timedelta(minutes=40),
    }
    return ProviderPayment(**(values | changes))


def take_calls(charge, *, now, lease_until):
    """All that is due to be said to the provider, taken piece by piece."""
    return list(iter(lambda: charge.take_call(now=now, lease_until=lease_until), None))


class Desk:
    """A charge, the time and a source of ids: what a test does to the charge, said shortly."""

    def __init__(self, charge=None, now=NOW, **term_changes):
        self.charge = charge or Charge.opened(terms(**term_changes), now)
        self.now = now
        self.new_id = ids("payment")

    def place(self, **means):
        self.charge.place(now=self.now, new_id=self.new_id, by=Means(**means))
        return self

    def close(self, reason):
        self.charge.close(reason, now=self.now, new_id=self.new_id)
        return self

    def take(self):
        return take_calls(self.charge, now=self.now, lease_until=self.now + LEASE)

    def conclude(self, said):
        return self.charge.conclude(said, now=self.now, new_id=self.new_id)

    def hear(self, answer, collector=None):
        return self.charge.hear(answer, now=self.now, new_id=self.new_id, collector=collector)

    def retry(self, **means):
        return self.charge.request_attempt(Means(**means), now=self.now, new_id=self.new_id)

    def refund(self, amount=None, note=None, of="payment-1"):
        return self.charge.request_refund(of, amount, note, now=self.now, new_id=self.new_id)

    def wait(self, **time):
        self.now += timedelta(**time)
        return self

    def told(self):
        """The types of the events since the last call, without family and version."""
        return [event.type.split(".")[1] for event in self.charge.pull_events()]

    def events(self):
        return self.charge.pull_events()

    @property
    def payment(self):
        return self.charge.payments[-1]
