"""Money that goes back to the payer."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from fake_checkout.domain.errors import ActionNotValid

RefundStatus = Literal["approved", "in_process", "rejected", "cancelled"]
HOLDS_MONEY = frozenset({"approved", "in_process"})
"""A refund that is under way cannot be asked for a second time."""


@dataclass(frozen=True, slots=True)
class RefundWay:
    """How the provider takes a refund.

    What comes of it at once, whether the merchant's account holds enough, whether a part can be given back.
    """

    status: RefundStatus = "approved"
    has_balance: bool = True
    in_parts: bool = True


@dataclass(frozen=True, slots=True)
class Refund:
    """A part (or all) of a payment given back, on the way back, or not given back after all.

    `amount` in centavos; `source` is who wanted it.
    """

    id: int
    payment_id: int
    amount: int
    created_at: datetime
    status: RefundStatus = "approved"
    source: Literal["collector", "admin"] = "collector"

    def decided(self, status: RefundStatus) -> "Refund":
        """What came of it. Raises ActionNotValid where that is known already."""
        if self.status != "in_process":
            message = f"refund {self.id} is {self.status}"
            raise ActionNotValid(message)
        return replace(self, status=status)
