"""Reading a charge without holding it: whoever works on it and whoever reads wait for nobody."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payment_service.domain.charge_record import ChargeRecord


@dataclass(frozen=True, slots=True)
class ChargeView:
    """A charge as it was at `now`; `stores_key` is the public key of the store's own account, if any."""

    record: ChargeRecord
    stores_key: str | None
    now: datetime


class ChargeQueryPort(Protocol):
    """Charges by store and order. What is read may have changed since then, and is not to be saved."""

    @abstractmethod
    def of_order(self, store: str, order_id: str) -> ChargeView:
        """The order's charge, and with which key a card would be paid. Raises UnknownCharge."""
        raise NotImplementedError
