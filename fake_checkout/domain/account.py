"""Merchants' accounts at the provider."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hmac import compare_digest

from fake_checkout.domain.brcode import Seller


@dataclass(frozen=True, slots=True)
class Account:
    """Who is paid, and what the provider keeps of it.

    The fees are shares of a payment by Pix and by card, in hundredths of a per cent; `public_url` is the
    emulator's own address, without a slash at its end. `is_live`: its credentials are not for tests;
    `is_expired`: its access token is no longer taken.
    """

    collector_id: int
    seller: Seller
    fee_basis_points: int
    public_url: str
    card_fee_basis_points: int = 499
    access_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    public_key: str = ""
    is_live: bool = False
    is_expired: bool = False

    @property
    def email(self) -> str:
        """Who signs in as it."""
        return f"loja{self.collector_id}@example.com"

    def fee(self, amount: int, *, by_card: bool = False) -> int:
        """What the provider keeps of `amount`, in centavos, half a centavo rounded up."""
        basis_points = self.card_fee_basis_points if by_card else self.fee_basis_points
        return (amount * basis_points + 5_000) // 10_000

    def pay_page(self, payment_id: int) -> str:
        """Where the payer sees the code and pays."""
        return f"{self.public_url}/pay/{payment_id}"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every account, the house's own first."""

    every: Sequence[Account]

    @property
    def main(self) -> Account:
        """The house's own."""
        return self.every[0]

    def by_token(self, access_token: str) -> Account | None:
        """Whose access token it is; None where it is nobody's."""
        given = access_token.encode()
        return next((one for one in self.every if compare_digest(given, one.access_token.encode())), None)

    def by_public_key(self, public_key: str) -> Account | None:
        """Whose public key it is; None where it is nobody's."""
        return next((one for one in self.every if one.public_key == public_key), None)

    def of(self, collector_id: int) -> Account:
        """Whose number it is; the house's own for one that has left the settings since."""
        return next((one for one in self.every if one.collector_id == collector_id), self.main)
