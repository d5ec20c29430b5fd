"""What the repositories need of the unit of work that they are made for."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from fake_checkout.domain.payment import Payment


class Tracking(Protocol):
    """An open unit of work."""

    @property
    def connection(self) -> Connection:
        """Where to write."""
        ...

    def track(self, payment: Payment) -> None:
        """Tell of this payment's changes when the work is kept."""
        ...

    def real_now(self) -> datetime:
        """The real time, UTC."""
        ...
