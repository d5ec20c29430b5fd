"""The merchant's account at the provider."""

from dataclasses import dataclass

from fake_checkout.domain.brcode import Seller


@dataclass(frozen=True, slots=True)
class Account:
    """Who is paid, and what the provider keeps of it.

    `fee_basis_points` is the share of a Pix payment, in hundredths of a per cent; `public_url` is the
    emulator's own address, without a slash at its end.
    """

    collector_id: int
    seller: Seller
    fee_basis_points: int
    public_url: str

    def fee(self, amount: int) -> int:
        """What the provider keeps of `amount`, in centavos, half a centavo rounded up."""
        return (amount * self.fee_basis_points + 5_000) // 10_000

    def pay_page(self, payment_id: int) -> str:
        """Where the payer sees the code and pays."""
        return f"{self.public_url}/pay/{payment_id}"
