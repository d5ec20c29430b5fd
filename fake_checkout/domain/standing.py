"""How a payment stands."""

from dataclasses import dataclass
from datetime import datetime

from fake_checkout.domain.status import Status


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the payment stands. `transfer_id` is the bank's end-to-end id, once money has come by Pix."""

    status: Status
    status_detail: str
    updated_at: datetime
    approved_at: datetime | None = None
    authorized_at: datetime | None = None
    transfer_id: str | None = None
