"""Money that went back to the payer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Refund:
    """A part (or all) of a payment given back. A Pix refund is done the moment it is accepted.

    `amount` in centavos.
    """

    id: int
    payment_id: int
    amount: int
    created_at: datetime
    status: Literal["approved"] = "approved"
