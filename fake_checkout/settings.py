"""What the emulator reads from its environment."""

from dataclasses import dataclass

from fake_checkout.domain.errors import SwitchNotValid
from fake_checkout.domain.switches import Switches, switches_from
from servicekit.settings import SettingsError, setting

DEMO_ACCESS_TOKEN = "APP_USR-1-010126-demo-100200300"  # noqa: S105 - of an emulator that moves no money
DEMO_WEBHOOK_SECRET = "demo-webhook-secret"  # noqa: S105 - likewise


@dataclass(frozen=True)
class Settings:
    """See each meaning; `./run help settings` prints them."""

    database_url: str = setting("DATABASE_URL", meaning="where the books are kept")
    access_token: str = setting(
        "MERCADO_PAGO_ACCESS_TOKEN",
        default=DEMO_ACCESS_TOKEN,
        meaning="the access token that is accepted; the number after its last dash is the collector's id",
        secret=True,
    )
    webhook_secret: str = setting(
        "MERCADO_PAGO_WEBHOOK_SECRET",
        default=DEMO_WEBHOOK_SECRET,
        meaning="what webhooks are signed with",
        secret=True,
    )
    public_url: str = setting(
        "PUBLIC_URL",
        default="http://localhost:5000",
        meaning="the address that people use; the emulator is below it at /fake-checkout",
    )
    own_public_url: str = setting(
        "FAKE_CHECKOUT_PUBLIC_URL",
        default="",
        meaning="the emulator's whole public address, where it is not PUBLIC_URL/fake-checkout",
    )
    environment: str = setting("ENVIRONMENT", default="development", meaning="development or production")
    control: str = setting(
        "FAKE_CHECKOUT_CONTROL",
        default="",
        meaning="on or off: the control paths and the pages; empty is on in development and off elsewhere",
    )
    seller_name: str = setting(
        "FAKE_CHECKOUT_SELLER_NAME", default="Comanda Restaurante", meaning="whom the payer sees"
    )
    seller_city: str = setting("FAKE_CHECKOUT_SELLER_CITY", default="São Paulo", meaning="where that is")
    pix_key: str = setting(
        "FAKE_CHECKOUT_PIX_KEY",
        default="5f0c2c9e-6f0e-4d0b-9a53-3c1d7b8a2e64",
        meaning="the seller's random Pix key",
    )
    fee_basis_points: int = setting(
        "FAKE_CHECKOUT_FEE_BASIS_POINTS",
        default=99,
        meaning="what the provider keeps of a Pix payment, in hundredths of a per cent",
    )
    switches_text: str = setting(
        "FAKE_CHECKOUT_SWITCHES",
        default="",
        meaning="name=position of switches, with commas between them; testers turn them at /__fake/switches",
    )

    def __post_init__(self) -> None:
        """Raises SettingsError, naming everything that is wrong."""
        wrong = []
        if self.control.lower() not in {"", "on", "off"}:
            wrong.append("FAKE_CHECKOUT_CONTROL is neither on nor off")
        if self.environment not in {"development", "production"}:
            wrong.append("ENVIRONMENT is neither development nor production")
        try:
            switches_from(self.switches_text)
        except SwitchNotValid as error:
            wrong.append(f"FAKE_CHECKOUT_SWITCHES: {error}")
        if self.environment == "production":
            wrong.extend(self._unfit_for_production())
        if wrong:
            raise SettingsError("; ".join(wrong))

    def _unfit_for_production(self) -> list[str]:
        unfit = {
            "MERCADO_PAGO_ACCESS_TOKEN is the demo's": self.access_token == DEMO_ACCESS_TOKEN,
            "MERCADO_PAGO_WEBHOOK_SECRET is the demo's": self.webhook_secret == DEMO_WEBHOOK_SECRET,
            "FAKE_CHECKOUT_CONTROL is on": self.control_is_on,
        }
        return [f"{what}, which production refuses" for what, is_so in unfit.items() if is_so]

    @property
    def control_is_on(self) -> bool:
        """Whether testers may reach the control paths and the pages."""
        if self.control:
            return self.control.lower() == "on"
        return self.environment == "development"

    @property
    def switches(self) -> Switches:
        """How the provider behaves until testers turn a switch."""
        return switches_from(self.switches_text)

    @property
    def base_url(self) -> str:
        """The emulator's public address, without a slash at its end."""
        return (self.own_public_url or f"{self.public_url.rstrip('/')}/fake-checkout").rstrip("/")

    @property
    def collector_id(self) -> int:
        """The account's number, from the access token."""
        number = self.access_token.rpartition("-")[2]
        return int(number) if number.isdecimal() and number.isascii() else 100_200_300
