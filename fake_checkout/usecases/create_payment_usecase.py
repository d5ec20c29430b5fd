"""A merchant asks for money by Pix."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from fake_checkout.domain.account import Account
from fake_checkout.domain.payment import Particulars, Payment, Terms, expiry
from fake_checkout.ports.unit_of_work_port import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class CreatePaymentRequest:
    """What the merchant sent, checked. `amount` in centavos; `expires_at` by the merchant's clock."""

    amount: int
    payer: Particulars
    metadata: Particulars
    particulars: Particulars
    expires_at: datetime | None = None
    description: str | None = None
    external_reference: str | None = None
    notification_url: str | None = None


@dataclass(frozen=True, slots=True)
class CreatePayment:
    """When a merchant asks, then a payment waits for its payer. Raises ExpirationNotValid."""

    uow: UnitOfWorkFactory
    account: Account
    new_number: Callable[[], int]

    def execute(self, request: CreatePaymentRequest) -> Payment:
        """Create it."""
        with self.uow() as uow:
            now = uow.now()
            # The merchant does not know of the virtual clock: what it asks for is moved along with it.
            asked = None if request.expires_at is None else request.expires_at + uow.offset()
            payment = Payment.create(
                Terms(
                    id=self.new_number(),
                    collector_id=self.account.collector_id,
                    amount=request.amount,
                    created_at=now,
                    expires_at=expiry(now, asked),
                    payer=request.payer,
                    description=request.description,
                    external_reference=request.external_reference,
                    notification_url=request.notification_url,
                    metadata=request.metadata,
                    particulars=request.particulars,
                )
            )
            uow.payments.add(payment)
            uow.commit()
            return payment
